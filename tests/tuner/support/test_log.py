import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.errors import InputError
from tuner.support.log import Log, append, event, read_log, unreadable_lines

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "log.jsonl"
    append(found, event(AT, "ann", "received", "it is slow"), event(AT, "bob", "found", "waits\n2 s", files=("a.txt",)))
    return found


def test_an_event_is_a_line_that_a_person_can_read(path: Path) -> None:
    first, second = path.read_text().splitlines()
    assert json.loads(first) == {
        "at": "2026-11-22T09:00:00+00:00",
        "who": "ann",
        "kind": "received",
        "text": "it is slow",
    }
    assert json.loads(second)["files"] == ["a.txt"]


def test_events_are_read_in_the_order_of_writing(path: Path) -> None:
    log = read_log(path)
    assert [one.kind for one in log.events] == ["received", "found"]
    assert log.of("found")[0].text == "waits\n2 s"
    assert log.last("received", "found") == log.events[1]
    assert log.last("resolved") is None
    assert read_log(path.with_name("none.jsonl")) == Log()


@given(cut=st.integers(min_value=0), more=st.integers(min_value=1, max_value=3))
def test_a_kill_during_an_append_loses_only_that_event(
    cut: int, more: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    append(path, event(AT, "ann", "received"), event(AT, "安", "note", "回声 and 卡顿"))
    whole = path.read_bytes()
    torn = event(AT, "安", "note", "这一行 was torn").line().encode()
    path.write_bytes(whole + torn[: cut % len(torn)])
    before = read_log(path)
    assert len(before.events) == 2
    append(path, *(event(AT, "bob", "note", f"later {n}") for n in range(more)))
    log = read_log(path)
    assert [one.text for one in log.events] == ["", "回声 and 卡顿", *(f"later {n}" for n in range(more))]
    assert len(log.unreadable) == bool(cut % len(torn))
    assert path.read_bytes().startswith(whole)


def test_an_incomplete_line_is_reported_without_its_content(path: Path) -> None:
    with open(path, "a") as stream:
        stream.write('{"at": "2026-11-22", "text": "secret')
    assert unreadable_lines(read_log(path).unreadable) == [
        "log.jsonl:3: breaks off, as after a write that was cut short; left out"
    ]


def test_a_last_line_without_a_line_end_is_read(path: Path) -> None:
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append(path, event(AT, "cy", "note"))
    assert [one.who for one in read_log(path).events] == ["ann", "bob", "cy"]


def test_a_damaged_line_in_the_middle_is_reported_and_the_rest_is_read(path: Path) -> None:
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], '{"at": "yesterday", "who": "x", "kind": "note"}', lines[1], ""]))
    log = read_log(path)
    assert len(log.events) == 2
    assert log.unreadable[0].line == 2
    assert "at" in log.unreadable[0].why


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kind": "verdict", "satisfaction": 6}, "verdict: satisfaction: "),
        ({"kind": "solved"}, "solved: kind: "),
        ({"at": datetime(2026, 1, 1), "kind": "note"}, "note: at: "),
    ],
)
def test_an_event_that_breaks_a_rule_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        event(**({"at": AT, "who": "ann"} | more))  # type: ignore[arg-type]


def test_terminal_control_characters_are_not_written_to_the_log() -> None:
    made = event(AT, "an\x1bn\ny", "note", "a\x1b[2Jb\u202e")
    assert (made.who, made.text) == ("ann y", "a[2Jb")


def test_a_folder_in_place_of_the_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_log(tmp_path)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1969-12-31T23:59:59+00:00"])
def test_an_event_with_an_impossible_time_is_refused(path: Path, at: str) -> None:
    with open(path, "a") as stream:
        stream.write(json.dumps({"at": at, "who": "ann", "kind": "note"}) + "\n")
    log = read_log(path)
    assert (len(log.events), log.unreadable[0].line) == (2, 3)
    with pytest.raises(InputError, match="years 1970 to 2200"):
        event(datetime.fromisoformat(at), "ann", "note")
