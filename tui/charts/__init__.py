"""Charts in character cells: pure functions from values to text."""
