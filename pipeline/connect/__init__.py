"""The first minute of a call: sessions, two engines, figures, recordings and simulation (docs/connect-model.md)."""
