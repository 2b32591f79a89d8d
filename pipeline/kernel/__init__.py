"""The fast engine: many turns under many settings in closed form."""
