"""The store of a fleet: turns as they arrived over MQTT, in one SQLite file, read like a recording."""

from pipeline.recordings.store.selection import Selection, selection_of

__all__ = ["Selection", "selection_of"]
