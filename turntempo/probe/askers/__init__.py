"""What is asked of each kind of endpoint, and how its answers are timed: one module an API."""
