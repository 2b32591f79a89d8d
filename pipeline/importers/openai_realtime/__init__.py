"""Event logs of OpenAI's Realtime interface, and of services that speak it."""
