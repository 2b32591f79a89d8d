"""What happens in one exchange: the streaming pipeline, the batch kernel, outcomes, figures, recordings."""
