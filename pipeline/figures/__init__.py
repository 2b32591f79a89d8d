"""What a turn came to, and the figures over many turns."""
