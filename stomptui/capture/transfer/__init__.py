"""Captures leave and come back: `export` (NDJSON, CSV, frames, bodies) and `load`, both in slices.

The format of the NDJSON is described in `lines`, what redaction removes in `redact`.
"""
