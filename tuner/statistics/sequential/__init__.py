"""Tests and intervals that may be looked at at any time, as a running fleet is."""
