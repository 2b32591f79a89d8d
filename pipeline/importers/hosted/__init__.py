"""Sources of one module each: Home Assistant's Assist, conversational AI of Tencent TRTC."""
