"""Agora Conversational AI: turns of its REST interface, webhooks, messages of its data channel."""
