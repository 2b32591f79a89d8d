"""The recommendation: searched on one part of the sessions, judged on the other, and its files."""
