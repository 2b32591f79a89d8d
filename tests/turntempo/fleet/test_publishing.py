from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.recordings import write_settings
from stages.settings import Settings
from tuner.support.case import open_case
from turntempo.fleet.publishing import guarding, sending

BROKER = ("--broker", "mqtt://127.0.0.1:1")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, bytes]]:
    """What would have gone to the broker."""
    found: list[Mapping[str, bytes]] = []
    monkeypatch.setattr(sending, "recommend", lambda broker, payloads: found.append(payloads))
    monkeypatch.setattr(guarding, "recommend", lambda broker, payloads: found.append(payloads))
    return found


@pytest.fixture
def case(run, tmp_path: Path) -> Path:
    folder = tmp_path / "toys"
    assert run("case", "new", folder, "--title", "late").code == 0
    return folder


@pytest.fixture
def faster(tmp_path: Path) -> Path:
    file = tmp_path / "faster.json"
    write_settings(file, Settings().replace({"endpointing.silence_ms": 500}))
    return file


def publish(run, case: Path, fleet: Path, faster: Path, *more: object):
    asked = ("--agents", "toy-*", "--store", fleet, "--settings", faster, "--who", "ann", *BROKER)
    return run("publish", case, *asked, *more)


def test_settings_go_to_the_agents_that_match_after_the_changes_were_shown(run, case, fleet, faster, sent) -> None:
    done = publish(run, case, fleet, faster, "--yes", "--json")
    assert (done.code, sorted(sent[0])) == (0, ["toy-1", "toy-2", "toy-3"])
    message = json.loads(sent[0]["toy-1"])
    assert (message["schema"], message["version"]) == ("turntempo.fleet.recommended/1", "toys-1")
    assert message["settings"]["endpointing"]["silence_ms"] == 500
    assert "endpointing.silence_ms  900 -> 500" in done.err
    assert "endpointing.silence_ms  700 -> 500" in done.err
    event = open_case(case).log.last("published")
    assert event is not None
    assert (event.who, event.details["version"], event.details["share"]) == ("ann", "toys-1", 1)


def test_a_rollback_gives_every_agent_back_what_it_had(run, case, fleet, faster, sent) -> None:
    publish(run, case, fleet, faster, "--yes")
    done = run("rollback", case, "--store", fleet, *BROKER, "--yes", "--why", "complaints", "--who", "bob")
    assert done.code == 0
    back = {agent: json.loads(body) for agent, body in sent[1].items()}
    assert {agent: one["settings"]["endpointing"]["silence_ms"] for agent, one in back.items()} == {
        "toy-1": 900,
        "toy-2": 900,
        "toy-3": 700,
    }
    assert {one["rolls_back"] for one in back.values()} == {"toys-1"}
    event = open_case(case).log.last("rolled_back")
    assert event is not None
    assert "complaints" in event.text
    assert run("rollback", case, "--store", fleet, *BROKER, "--yes").code == 2


def test_nothing_is_published_where_the_answer_is_no(run, case, fleet, faster, sent, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    done = publish(run, case, fleet, faster)
    assert (done.code, sent, open_case(case).log.last("published")) == (130, [], None)


def test_what_the_vendors_stack_cannot_be_set_to_does_not_leave(run, case, fleet, tmp_path, sent) -> None:
    file = tmp_path / "odd.json"
    write_settings(file, Settings().replace({"vad.silence_ms": 1999, "endpointing.silence_ms": 2999}))
    done = publish(run, case, fleet, file, "--yes", "--target", "agora")
    assert (done.code, sent) == (2, [])
    assert "not published" in done.err


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--canary", "60%"), "up to 50%"),
        (("--canary", "none"), "up to 50%"),
        (("--auto-rollback",), "--canary 10%"),
        (("--canary", "0.001%"), "no canary with a control"),
    ],
)
def test_a_canary_needs_a_share_that_leaves_a_control(run, case, fleet, faster, sent, more, why: str) -> None:
    done = publish(run, case, fleet, faster, "--yes", *more)
    assert (done.code, sent) == (2, [])
    assert why in done.err.replace("\n", " ")


def test_a_case_without_a_recommendation_and_agents_that_are_none_are_refused(run, case, fleet, faster, sent) -> None:
    asked = ("--store", fleet, *BROKER, "--yes")
    assert run("publish", case, "--agents", "toy-*", *asked).code == 2
    done = run("publish", case, "--agents", "car-*", "--settings", faster, *asked)
    assert (done.code, "no agent matches" in done.err) == (2, True)
    assert run("rollback", case, *asked).code == 2
    assert run("canary", case, "--store", fleet).code == 2


def test_a_canary_without_turns_is_undecided_and_not_promoted(run, case, fleet, faster, sent) -> None:
    assert publish(run, case, fleet, faster, "--yes", "--canary", "50%").code == 0
    found = run("canary", case, "--store", fleet, "--json")
    assert (found.code, found.json["decision"], found.json["state"]) == (0, "undecided", "canary")
    done = run("promote", case, "--store", fleet, *BROKER, "--yes")
    assert (done.code, "is not shown yet" in done.err.replace("\n", " ")) == (2, True)
    assert run("promote", case, "--store", fleet, *BROKER, "--yes", "--force").code == 0
    assert sorted([*sent[0], *sent[1]]) == ["toy-1", "toy-2", "toy-3"]
    assert run("promote", case, "--store", fleet, *BROKER, "--yes").code == 2
