"""Commands of a fleet: collecting turns, publishing settings, watching both, and trying it without devices."""
