"""What a key sets going, from the question to the outcome; pure plans first, then the steps."""
