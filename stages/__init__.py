"""What one stage does: settings, stage policy, the turn; and units, errors and phrases for all packages."""
