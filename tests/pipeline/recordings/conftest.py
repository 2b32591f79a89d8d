"""Fixtures for tests of recordings."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def recorded(tmp_path: Path) -> Callable[..., Path]:
    """Writes objects, or raw bytes, as the lines of a recording."""

    def write(*lines: Any, name: str = "calls.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(
            b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
        )
        return path

    return write
