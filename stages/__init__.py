"""What one stage does: settings, stage policy, the turn, and the words every room shares."""
