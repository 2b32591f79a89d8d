"""One widget a file: each draws what it is given, and tells of keys and mouse by messages."""
