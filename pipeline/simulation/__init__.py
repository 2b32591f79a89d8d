"""Simulated recordings: turns drawn from profiles, and the logs that an agent would have written of them."""

from pipeline.simulation.censoring import censor
from pipeline.simulation.profile import Profile, profile_names
from pipeline.simulation.simulator import simulate

__all__ = ["Profile", "censor", "profile_names", "simulate"]
