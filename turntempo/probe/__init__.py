"""Probes: a user's own LLM, speech and transcription endpoints measured request by request, each record kept."""
