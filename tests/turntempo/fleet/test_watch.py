from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.recordings.store.selection import unix_ms
from turntempo import clock
from turntempo.selecting import time


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of the store's turns."""
    monkeypatch.setattr(clock, "unix_ms", lambda: unix_ms(time("2027-01-15T08:05:00Z", "now")))


def test_the_state_is_printed_once_as_json(run, fleet: Path, now: None) -> None:
    done = run("watch", fleet, "--once", "--json", "--limit", "p95=900")
    assert (done.code, done.json["agents"], done.json["turns_today"], done.json["alarms"]) == (0, 3, 15, [])
    assert done.json["response_ms"][0]["n"] == 15
    assert len(done.json["changes"]) == 2
    names = {one["name"] for one in done.json["figures"]}
    assert {"cut_off_rate", "response_ms.p95"} <= names


def test_the_state_is_printed_as_tables(run, fleet: Path, now: None) -> None:
    done = run("watch", fleet, "--once", "--agent", "toy-1")
    assert done.code == 0
    assert "0 of 1 agents online, 5 turns today" in done.out
    assert "not known" in done.out


def test_what_is_no_store_is_refused(run, tmp_path: Path, plain: Path) -> None:
    assert run("watch", tmp_path / "none.db", "--once").code == 2
    assert run("watch", plain, "--once").code == 2
