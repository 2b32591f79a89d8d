"""What a command works on (turns, settings, a case) and what it gives: a vendor's file, a report's facts."""
