"""Settings of connecting as a file."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.recordings import write_text
from stages.connect_settings import SCHEMA, ConnectSettings


def settings_text(settings: ConnectSettings) -> str:
    """The JSON that every `turntempo connect` command reads."""
    return json.dumps({"schema": SCHEMA} | settings.json_dict(), indent=1) + "\n"


def write_settings(path: Path, settings: ConnectSettings, force: bool = False) -> None:
    """Write them, whole or not at all. Raises OutputError where the file is there and `force` is off."""
    write_text(path, settings_text(settings), force)
