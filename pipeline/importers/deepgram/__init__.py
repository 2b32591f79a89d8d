"""Events of Deepgram: turns of Flux with their confidence, and its Voice Agent."""
