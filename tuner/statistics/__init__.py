"""Limits, objectives, confidence bounds and verdicts."""
