"""The search for settings: an evolution, a descent, and the assessment of points."""
