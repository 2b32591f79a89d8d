"""Times of single requests to an endpoint: their quantiles, the load curve, and whether slow ones come together."""
