"""Turns in memory: one array a field."""
