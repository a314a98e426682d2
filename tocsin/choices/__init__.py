"""What to do about it: options and stakes, with what is not known carried along."""
