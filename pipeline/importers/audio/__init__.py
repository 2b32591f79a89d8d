"""Audio of calls: who speaks when by a VAD, how finished it sounds by an end-of-turn model, and the turns in it."""
