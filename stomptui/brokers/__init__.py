"""What each broker does: its dialect, and the words that say so."""
