"""Typed lines, or a script -> calls of the dialogue; its replies -> the terminal: the local test
harness."""
