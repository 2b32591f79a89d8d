"""Values of a text with their places, and edits to them: what all formats have in common."""
