"""The terminal app: shows what tuner and pipeline compute. It computes no figure itself."""
