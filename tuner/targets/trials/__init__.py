"""Settings without published times: they are compared on real users."""
