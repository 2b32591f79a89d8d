"""Figures, turns and settings as text: pure functions from values to lines."""
