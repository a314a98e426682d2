"""The browser's face: one page per file, over the same functions as the command line."""
