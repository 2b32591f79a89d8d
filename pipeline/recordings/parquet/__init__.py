"""Recordings in Parquet."""
