"""What an import says, and what a mapping makes of a table."""
