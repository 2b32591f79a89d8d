"""Settings out to a fleet: to a canary first, compared with its control, then on to all or back."""
