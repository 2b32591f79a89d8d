"""What a case needs to know: the form, triage, and what to ask the customer."""
