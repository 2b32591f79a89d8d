"""Records of whole calls: a folder of logs a call."""
