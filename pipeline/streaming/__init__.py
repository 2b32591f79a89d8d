"""The readable engine: concurrent stages on a clock."""
