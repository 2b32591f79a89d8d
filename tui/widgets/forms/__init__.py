"""The form of a search and its fields."""
