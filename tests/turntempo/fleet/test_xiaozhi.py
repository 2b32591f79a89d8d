"""Messages of xiaozhi devices as they arrive, and the turns that are stored."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.recordings import read
from turntempo.fleet.intake import Received
from turntempo.fleet.store import Store, StoreFailed
from turntempo.fleet.xiaozhi import IDLE_MS, XiaozhiInput

BEGIN_MS = 1_796_000_000_000
UP, DOWN = "device-server", "devices/p2p/11_22_33_44_55_66"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with contextlib.closing(Store(tmp_path / "fleet.db")) as opened:
        yield opened


def message(topic: str, at_ms: int, **held: Any) -> Received:
    return Received(topic, json.dumps({"session_id": "s1"} | held).encode(), BEGIN_MS + at_ms)


def exchange(at_ms: int, response_ms: int = 1_200) -> list[Received]:
    """A button held for two seconds, and a reply of two sentences."""
    end = at_ms + 2_000
    return [
        message(UP, at_ms, type="listen", state="start", mode="manual"),
        message(UP, end, type="listen", state="stop"),
        message(DOWN, end + 400, type="stt", text="what I said"),
        message(DOWN, end + 410, type="tts", state="start"),
        message(DOWN, end + response_ms, type="tts", state="sentence_start", text="what it answers"),
        message(DOWN, end + response_ms + 900, type="tts", state="sentence_start", text="and more"),
        message(DOWN, end + response_ms + 2_000, type="tts", state="stop"),
    ]


def rows(store: Store) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(store.file)) as held:
        asked = "SELECT agent, session, response_ms FROM turns ORDER BY seq"
        return held.execute(asked).fetchall()


@pytest.mark.parametrize("step_ms", [-3_600_000, -700, 5_000, 86_400_000])
def test_a_clock_that_is_set_while_a_device_waits_changes_no_duration(store: Store, step_ms: int) -> None:
    one = [replace(held, steady_ms=float(held.received_ms - BEGIN_MS + 77_000)) for held in exchange(0)]
    later = [replace(held, received_ms=held.received_ms + step_ms) for held in one[3:]]
    source = XiaozhiInput()
    source.take(store, one[:3])
    assert source.take(store, later).stored == 1
    assert rows(store) == [("11_22_33_44_55_66", "s1", 1_200.0)]


def test_a_turn_is_stored_when_its_reply_is_over_with_its_times(store: Store) -> None:
    source = XiaozhiInput()
    one = exchange(0)
    assert source.take(store, one[:-1]).stored == 0
    assert source.take(store, one[-1:]).stored == 1
    assert rows(store) == [("11_22_33_44_55_66", "s1", 1_200.0)]
    turns = read(str(store.file)).columns
    assert float(turns.response_ms[0]) == 1_200.0


def test_nothing_that_was_said_is_in_the_store(store: Store) -> None:
    source = XiaozhiInput()
    source.take(store, exchange(0))
    source.take(store, [Received(DOWN, b'{"type": "stt", "text": "what I said', BEGIN_MS)])
    store.close()
    held = b"".join(path.read_bytes() for path in store.file.parent.glob("fleet.db*"))
    assert b"what I said" not in held
    assert b"what it answers" not in held


def test_two_sessions_of_two_devices_do_not_mix(store: Store) -> None:
    other = [
        Received(one.topic.replace("11_22", "aa_bb"), one.payload.replace(b'"s1"', b'"s2"'), one.received_ms + 150)
        for one in exchange(0, 2_000)
    ]
    XiaozhiInput().take(store, sorted([*exchange(0), *other], key=lambda one: one.received_ms))
    assert sorted(rows(store)) == [("11_22_33_44_55_66", "s1", 1_200.0), ("aa_bb_33_44_55_66", "s2", 2_000.0)]


def test_a_turn_without_a_reply_ends_with_the_next_and_its_response_is_not_known(store: Store) -> None:
    source = XiaozhiInput()
    source.take(store, [*exchange(0)[:3], message(UP, 3_000, type="abort"), *exchange(10_000)])
    assert [response for _, _, response in rows(store)] == [None, 1_200.0]


def test_where_no_message_says_when_speech_ended_the_response_is_not_known(store: Store) -> None:
    XiaozhiInput().take(store, exchange(0)[2:])
    assert [response for _, _, response in rows(store)] == [None]


def test_a_session_that_is_quiet_or_says_goodbye_gives_its_last_turn(store: Store) -> None:
    source = XiaozhiInput()
    source.take(store, exchange(0)[:-1])
    assert source.take(store, [message("devices/p2p/cc", IDLE_MS + 10_000, type="hello", session_id="s9")]).stored == 1
    source.take(store, [*exchange(200_000)[:-1], message(UP, 209_000, type="goodbye")])
    assert len(rows(store)) == 2


def test_a_wake_word_is_no_turn(store: Store) -> None:
    wake = [
        message(UP, 0, type="listen", state="detect", text="nihao xiaozhi"),
        message(DOWN, 100, type="stt", text="nihao xiaozhi"),
        message(DOWN, 600, type="tts", state="sentence_start", text="hello"),
        message(DOWN, 900, type="tts", state="stop"),
    ]
    XiaozhiInput().take(store, [*wake, *exchange(2_000)])
    assert [response for _, _, response in rows(store)] == [1_200.0]


def test_a_session_whose_device_no_topic_names_is_kept_aside(store: Store) -> None:
    source = XiaozhiInput(("device-server", "answers"))
    taken = source.take(
        store, [Received(one.topic.replace(DOWN, "answers"), one.payload, one.received_ms) for one in exchange(0)]
    )
    assert taken.stored == 0
    assert dict(taken.aside) == {("", "topic"): 1}


def test_other_topics_name_the_device_where_their_plus_stands(store: Store) -> None:
    source = XiaozhiInput(("toys/+/up", "toys/+/down"))
    names = {UP: "toys/GID_a@@@77_88@@@b5/up", DOWN: "toys/GID_a@@@77_88@@@b5/down"}
    source.take(store, [Received(names[one.topic], one.payload, one.received_ms) for one in exchange(0)])
    assert rows(store) == [("77_88", "s1", 1_200.0)]


def test_what_is_no_message_is_kept_aside_with_the_reason(store: Store) -> None:
    bad = [
        Received(DOWN, b"\xff\xfe", BEGIN_MS),
        Received(DOWN, b"[" * 70_000, BEGIN_MS),
        Received("devices/p2p/..%2f", b"{}", BEGIN_MS),
        Received(DOWN, b"[" * 60_000, BEGIN_MS),
    ]
    taken = XiaozhiInput().take(store, bad)
    assert sum(taken.aside.values()) == 4
    assert taken.aside["", "topic"] == 1


def test_after_a_disk_that_failed_each_turn_is_stored_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    source, messages = XiaozhiInput(), exchange(0)
    put = store.put

    def failing(items: Any) -> Any:
        monkeypatch.setattr(store, "put", put)
        raise StoreFailed("scripted")

    monkeypatch.setattr(store, "put", failing)
    with pytest.raises(StoreFailed):
        source.take(store, messages)
    assert source.take(store, messages).stored == 1
    assert rows(store) == [("11_22_33_44_55_66", "s1", 1_200.0)]
