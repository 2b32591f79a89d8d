"""xiaozhi-esp32-server: its text log, and the messages between device and server."""
