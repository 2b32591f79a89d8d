"""One screen a file. Each watches the app state, and calls tuner and pipeline for what a widget's message asks."""
