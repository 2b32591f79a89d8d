"""One turn as a timeline."""
