"""The report of a case: what was found and what to change, for the customer and for the file."""
