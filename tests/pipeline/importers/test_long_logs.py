"""Logs of many sessions: what one session holds must not slow down, nor change, another."""

from pathlib import Path

from benchmarks.long_logs import lines, repeated, written
from pipeline.importers import import_recording
from tests.pipeline.importers.livekit_source import EXCHANGES, messages, metrics


def test_the_same_names_of_replies_in_later_sessions_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    written(path, repeated(lines(*metrics())), 8_000)
    turns = import_recording("livekit", [path]).turns
    sessions: dict[str, list[tuple[object, object]]] = {}
    for turn in turns:
        sessions.setdefault(turn.session, []).append((turn.response_ms and round(turn.response_ms), turn.llm.ttft_ms))
    first, *others = sessions.values()
    assert len(first) == len(EXCHANGES)
    assert first[0][0] is not None
    assert others
    assert all(one == first for one in others[:-1])


def test_messages_of_several_calls_in_one_file_are_sessions(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    session = repeated(lines(*messages()))
    path.write_bytes(session(0) + session(1) + session(2))
    report = import_recording("livekit", [path]).report
    assert (report.sessions, report.turns) == (3, 3 * len(EXCHANGES))


def test_a_name_that_stands_for_many_replies_is_told_apart_by_time(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    one = lines(*messages())
    moved = [one.replace(b"1795000", b"179500%d" % place) for place in range(3)]
    path.write_bytes(b"".join(moved))
    turns = import_recording("livekit", [path]).turns
    assert all(len([ms for ms in turn.llm.ttft_ms or () if ms is not None]) == 1 for turn in turns)
    assert all(not turn.llm.tools for turn in turns)
