"""The headers that a frame may carry, with their meaning: the specification's, and each broker's own."""
