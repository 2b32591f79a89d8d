"""What a command is given: its files, the turns and settings in them, the complaint to begin with."""
