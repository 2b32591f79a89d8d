"""Recordings that nobody made: turns simulated from profiles, and the logs that an agent would have left of them."""

from pipeline.simulation.censoring import censor
from pipeline.simulation.profile import Profile, profile_names
from pipeline.simulation.simulator import simulate

__all__ = ["Profile", "censor", "profile_names", "simulate"]
