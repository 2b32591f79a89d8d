"""The support case, from a customer's report to settings that they can deploy."""
