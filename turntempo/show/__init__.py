"""How values look to a person: pure functions from values to text and tables."""
