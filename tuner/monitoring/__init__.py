"""What a fleet lives through: whether it keeps its limits now, and whether new settings do it good or harm."""
