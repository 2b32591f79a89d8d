"""Hosted platforms, each read by one module: Vapi, Retell, ElevenLabs, Tencent TRTC, Home Assistant."""
