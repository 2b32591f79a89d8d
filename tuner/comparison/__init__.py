"""Two sets of settings on the same turns: what changes, what does not, and which setting does it."""
