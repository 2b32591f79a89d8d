"""Python files: settings as arguments of constructor calls, and every text and number. Parsed, never run."""
