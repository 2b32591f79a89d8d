"""Real agent frameworks with scripted callers and stages: what happens is known to the ms, and recorders are tried."""
