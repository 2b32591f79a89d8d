"""A store with turns of three agents."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.turntempo.fleet.fleet_messages import received, settings, turn
from turntempo.fleet.store import Store


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """toy-1 and toy-2 under 900 ms, toy-3 under 700, a turn a second each from 2027-01-15T08:00Z on."""
    file = tmp_path / "fleet.db"
    with contextlib.closing(Store(file)) as store:
        for i, agent in enumerate(("toy-1", "toy-2", "toy-3")):
            store.take([received("settings", settings(700 if i == 2 else 900), agent, at_ms=1_800_000_000_000)])
            turns = [
                received("turns", turn(f"t{k}", response_ms=800 + k), agent, 1_800_000_000_000 + 1000 * k)
                for k in range(5)
            ]
            store.take(turns)
    return file
