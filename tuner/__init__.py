"""Which settings are better: search space, limits, search, diagnosis, recommendation."""
