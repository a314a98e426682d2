"""How it comes onto paper and terminal: one renderer per format, each over the same blocks."""
