"""Tables of any tool, read by a mapping: which column holds which field."""
