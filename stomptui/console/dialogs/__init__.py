"""Everything that takes input, over the main screen."""
