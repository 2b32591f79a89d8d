"""Secrets and personal data that are known by their own form, line by line: keys, addresses, numbers, sentences."""
