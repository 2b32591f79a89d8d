from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from stages.settings import Settings
from tests.turntempo.fleet.fleet_messages import batch, received, settings, turn
from turntempo.fleet import messages
from turntempo.fleet.intake import Aside, Intake, Item, Received, Recommended, Reported, Status, StoredTurn
from turntempo.fleet.topics import topic


def items(*messages: Received) -> list[Item]:
    intake = Intake()
    for message in messages:
        intake.take(message)
    return intake.finish()


def aside(message: Received) -> tuple[str, str]:
    (item,) = items(message)
    assert isinstance(item, Aside)
    return item.agent, item.reason


def test_a_turn_alone_is_a_message_of_one() -> None:
    (item,) = items(received("turns", turn(response_ms=812)))
    assert isinstance(item, StoredTurn)
    assert (item.agent, item.session, item.turn, item.response_ms) == ("toy-1", "s1", "t1", 812)
    assert json.loads(item.body) == turn(response_ms=812)


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_batch_may_be_gzipped(packed: Any) -> None:
    body = packed(json.dumps(batch(turn("a"), turn("b"))).encode())
    assert [one.turn for one in items(received("turns", body)) if isinstance(one, StoredTurn)] == ["a", "b"]


def test_a_turn_that_breaks_a_rule_is_kept_aside_alone() -> None:
    broken = turn("b", speech={"end_ms": 100, "pauses": [{"at_ms": 90, "ms": 50}]})
    found = items(received("turns", batch(turn("a"), broken, turn("c"))))
    assert sorted(one.turn for one in found if isinstance(one, StoredTurn)) == ["a", "c"]
    (refused,) = [one for one in found if isinstance(one, Aside)]
    assert (refused.reason, json.loads(refused.payload)) == ("turn", broken)
    assert refused.detail.startswith("speech: end_ms must not come before the end of the last pause")


def test_a_turn_that_a_reader_of_recordings_would_refuse_is_kept_aside() -> None:
    assert aside(received("turns", turn(response_ms=0.8))) == ("toy-1", "turn")


def test_an_outcome_and_a_time_come_with_a_turn() -> None:
    entry = {"turn": turn(), "at_ms": 1.7e12, "outcome": {"cut_off": True, "llm_starts": 2}}
    (item,) = items(received("turns", {"schema": "turntempo.fleet.turns/1", "turns": [entry], "settings_id": "7"}))
    assert isinstance(item, StoredTurn)
    assert (item.at_ms, item.settings_id, json.loads(item.outcome or b"")) == (
        1.7e12,
        "7",
        {"cut_off": True, "llm_starts": 2},
    )


def test_settings_and_status_are_read() -> None:
    told, status = items(
        received("settings", settings(900, version="3")),
        received("status", {"schema": "turntempo.fleet.status/1", "status": "offline"}),
    )
    assert isinstance(told, Reported)
    assert (told.settings, told.version) == (Settings().replace({"endpointing.silence_ms": 900}), "3")
    assert isinstance(status, Status)
    assert status.status == "offline"


@pytest.mark.parametrize(
    ("kind", "payload", "reason"),
    [
        ("turns", b"nonsense", "json"),
        ("turns", b"[1]", "schema"),
        ("turns", b'{"schema": 5}', "schema"),
        ("turns", {"schema": "other/1"}, "schema"),
        ("turns", {"id": "t"}, "schema"),
        ("turns", {"schema": "turntempo.turn/3", "id": "t"}, "unknown_version"),
        ("turns", {"schema": "turntempo.fleet.turns/2", "words": []}, "unknown_version"),
        ("settings", {"schema": "turntempo.fleet.settings/9"}, "unknown_version"),
        ("turns", batch(), "form"),
        ("turns", batch(turn()) | {"more": 1}, "form"),
        ("turns", batch(turn(), settings_id=""), "form"),
        ("turns", batch(turn()) | {"turns": [{"turn": turn(), "at_ms": -1}]}, "turn"),
        ("turns", batch(turn()) | {"turns": [{"turn": turn(), "outcome": {"cut_off": "yes"}}]}, "turn"),
        ("turns", {"schema": "turntempo.turn/2", "id": "t"}, "turn"),
        ("turns", gzip.compress(b"{}", mtime=0)[:-4], "gzip"),
        ("turns", b"\x1f\x8bnothing", "gzip"),
        pytest.param("turns", turn(id="x" * 70_000), "too_large", id="large turn"),
        pytest.param("turns", gzip.compress(b" " * (9 << 20)), "too_large", id="large when unzipped"),
        pytest.param("turns", b" " * ((1 << 20) + 1), "too_large", id="large"),
        pytest.param("turns", b'{"x": ' + b"[" * 100_000, "json", id="deep"),
        ("settings", settings(99_999), "form"),
        ("settings", settings(900) | {"settings": [1]}, "form"),
        ("settings", settings(900, version=7), "form"),
        ("status", {"schema": "turntempo.fleet.status/1", "status": "happy"}, "form"),
    ],
)
def test_what_cannot_be_taken_is_kept_aside_with_the_reason(kind: str, payload: Any, reason: str) -> None:
    assert aside(received(kind, payload)) == ("toy-1", reason)


@pytest.mark.parametrize("agent", ["../../etc", "a b", "", "-x", "x" * 65, "ä", "a\x00b", "a/../b"])
def test_an_agents_id_that_could_be_a_path_is_of_no_agent(agent: str) -> None:
    assert aside(received("turns", turn(), agent)) == ("", "topic")
    with pytest.raises(ValueError, match="at most 64"):
        topic(agent, "turns")


def test_of_a_recommendation_the_limits_are_kept_and_one_without_them_changes_none() -> None:
    told: dict[str, Any] = {"schema": "turntempo.fleet.recommended/1", "version": "toys-1"}
    told |= {"valid_from": "2027-01-15T08:00:00Z"}
    told["settings"] = {}
    (found,) = items(received("recommended", told | {"limits": {"cut_off_rate": 0.05}}))
    assert found == Recommended("toy-1", "toys-1", 1_800_000_000_000, {"cut_off_rate": 0.05})
    assert items(received("recommended", told)) == []


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"schema": "turntempo.fleet.recommended/9"}, "unknown_version"),
        ({"schema": "somebody.else/1"}, "schema"),
        ({"schema": "turntempo.fleet.recommended/1", "limits": {"cut_off_rate": 0.5}}, "form"),
    ],
)
def test_a_recommendation_that_nobody_here_wrote_is_kept_aside(payload: dict[str, object], reason: str) -> None:
    assert aside(received("recommended", payload)) == ("toy-1", reason)


def test_a_batch_has_at_most_so_many_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MOST_TURNS", 2)
    assert aside(received("turns", batch(turn("a"), turn("b"), turn("c")))) == ("toy-1", "form")


def test_settings_that_are_cleared_are_no_message() -> None:
    assert items(received("settings", b"")) == []
