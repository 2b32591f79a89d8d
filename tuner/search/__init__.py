"""The search for settings: evolution, descent, and how good a point is."""
