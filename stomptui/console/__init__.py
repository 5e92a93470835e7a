"""The screen: a Textual application, imported late."""
