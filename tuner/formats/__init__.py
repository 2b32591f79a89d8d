"""Customers' files with the place of every value: read, and edited by splicing."""
