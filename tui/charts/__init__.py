"""How figures look in cells: pure functions from values to text."""
