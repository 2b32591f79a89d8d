"""One command a file: its options, and what is wired behind them. Heavy imports stand inside the functions."""
