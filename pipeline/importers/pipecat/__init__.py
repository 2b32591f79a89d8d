"""Logs of Pipecat: latency breakdowns, metrics frames, spans, loguru text."""
