"""The models that hear: a VAD, an end-of-turn model, what they are given, and the packages that they come with."""
