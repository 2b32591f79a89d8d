"""JavaScript and TypeScript: the object that a call is given, and every text and number. Parsed, never run."""
