"""One command a file: its options, and the calls that do the work. Heavy imports are inside of the functions."""
