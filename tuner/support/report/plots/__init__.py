"""Charts as SVG, to be put into a page."""
