"""An in-memory STOMP broker and sample traffic: try the console with no broker, and test against it."""
