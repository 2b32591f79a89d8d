"""The space of a search: the settings that may change, their values, and the couplings between them."""
