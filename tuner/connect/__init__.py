"""Connecting: limits, what a recording says of the check and the attempts, and the search for better settings."""
