"""Memory: every frame, kept once and found again."""
