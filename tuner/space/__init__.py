"""The settings that a search may change, their values, and what holds them together."""
