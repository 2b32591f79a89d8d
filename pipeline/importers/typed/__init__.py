"""Figures that somebody typed: stage times out of a ticket, as prose, as a Markdown table or as CSV."""
