"""What a log shows of a session: its events on one clock, the exchanges in them, and the turns made of those."""
