"""What the app holds: what is open, settings tried and pinned, what a search found. No widget."""
