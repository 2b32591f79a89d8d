"""A vendor's package by its versions: numbers, spans, what a customer has installed, and what a version has."""
