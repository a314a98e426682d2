"""The commands, one a file; each file's command has the file's name and is loaded when it is asked for."""

COMMANDS = ("app", "assess", "batch", "brief", "check", "convert", "explain", "models", "schema", "verify", "words")
