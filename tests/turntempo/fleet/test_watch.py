from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

from pipeline.recordings.store.selection import unix_ms
from tests.turntempo.fleet.fleet_messages import received, settings
from turntempo import clock
from turntempo.fleet.store import Store
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
    assert "0 of 1 agents online, 0 silent, 5 turns today" in done.out
    assert "not known" in done.out


def recommend(fleet: Path, version: str, at: str, agent: str = "toy-1", **limits: float) -> None:
    told: dict[str, Any] = {"schema": "turntempo.fleet.recommended/1", "version": version, "valid_from": at}
    told |= {"limits": limits}
    told["settings"] = {}
    with contextlib.closing(Store(fleet)) as store:
        store.take([received("recommended", told, agent)])


def test_the_limits_are_those_published_last_unless_others_are_given(run, fleet: Path, now: None) -> None:
    assert run("watch", fleet, "--once", "--json").json["limits_of"] is None
    recommend(fleet, "toys-2", "2027-01-15T08:00:00Z", cut_off_rate=0.07, no_such_figure=1.0)
    recommend(fleet, "toys-1", "2027-01-15T07:00:00Z", cut_off_rate=0.01)
    recommend(fleet, "toys-2-back", "2027-01-15T09:00:00Z")
    found = run("watch", fleet, "--once", "--json", "--limit", "failed_rate=4%").json
    limits = {one["name"]: one["limit"] for one in found["figures"]}
    assert (found["limits_of"], limits["cut_off_rate"], limits["failed_rate"]) == ("toys-2", 0.07, 0.04)
    assert "limits of toys-2" in run("watch", fleet, "--once").out


def test_agents_with_other_limits_are_said_and_can_be_chosen(run, fleet: Path, now: None) -> None:
    recommend(fleet, "toys-1", "2027-01-15T08:00:00Z", cut_off_rate=0.07)
    recommend(fleet, "clinic-1", "2027-01-15T07:00:00Z", "toy-2", cut_off_rate=0.01)
    assert "other limits" in run("watch", fleet, "--once").out
    found = run("watch", fleet, "--once", "--json", "--agent", "toy-2").json
    assert (found["limits_of"], found["other_limits"]) == ("clinic-1", False)


def test_an_agent_that_says_it_is_online_and_is_not_heard_of_is_silent(run, fleet: Path, now: None) -> None:
    online = {"schema": "turntempo.fleet.status/1", "status": "online"}
    with contextlib.closing(Store(fleet)) as store:
        store.take(
            [received("status", online, "toy-1"), received("status", online, "toy-9", 1_800_000_000_000 - 10**6)]
        )
    found = run("watch", fleet, "--once", "--json").json
    states = {one["agent"]: one["state"] for one in found["risks"]}
    assert states == {"toy-1": "online", "toy-2": None, "toy-3": None, "toy-9": "silent"}
    assert (found["agents"], found["online"], found["silent"]) == (4, 1, 1)
    assert "1 of 4 agents online, 1 silent" in run("watch", fleet, "--once").out


def test_a_store_that_nobody_writes_any_more_is_said(run, fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "unix_ms", lambda: unix_ms(time("2027-01-15T10:05:00Z", "now")))
    assert "is `turntempo listen` running?" in run("watch", fleet, "--once").out


def test_all_agents_are_in_the_json_and_the_text_says_how_many_more_there_are(run, fleet: Path, now: None) -> None:
    with contextlib.closing(Store(fleet)) as store:
        store.take([received("settings", settings(900), f"bot-{i}") for i in range(47)])
    assert len(run("watch", fleet, "--once", "--json").json["risks"]) == 50
    assert "and 30 more: --json" in run("watch", fleet, "--once").out


def test_evidence_is_named_an_e_value_and_is_unknown_where_nothing_is_known(run, fleet: Path, now: None) -> None:
    found = run("watch", fleet, "--once", "--json").json
    assert {"e_value", "alarm_e_value"} <= set(found["figures"][0])
    assert {one["e_value"] for one in found["risks"]} == {None}


def test_what_is_no_store_is_refused(run, tmp_path: Path, plain: Path) -> None:
    assert run("watch", tmp_path / "none.db", "--once").code == 2
    assert run("watch", plain, "--once").code == 2
