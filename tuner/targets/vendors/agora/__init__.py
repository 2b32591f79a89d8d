"""Agora Conversational AI, and its build for mainland China."""
