"""Logs of LiveKit Agents: session reports, metrics, spans, text logs."""
