"""The intake of a case: its form, triage, and the questions to the customer."""
