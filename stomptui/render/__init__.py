"""Bytes for eyes: pure functions from what a broker sent to what a terminal may show."""
