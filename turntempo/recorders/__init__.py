"""Recorders: two lines in the user's own agent, and each of its calls becomes turns of a recording."""
