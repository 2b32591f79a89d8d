"""Limits, objectives and verdicts: how sure a recording lets one be of a figure."""
