"""The outcome of one turn, and the figures over many turns."""
