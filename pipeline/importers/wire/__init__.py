"""Events of a WebSocket as a client logged them: JSON or Python's print, bare or in a record, with receive times."""
