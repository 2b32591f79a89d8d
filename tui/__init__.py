"""The terminal app: shows what tuner and pipeline say, and computes no figure itself."""
