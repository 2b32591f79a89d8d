"""Logs of many sessions: what one session holds must not slow down, nor change, another."""

import json
from pathlib import Path

from benchmarks.long_logs import lines, repeated, written
from pipeline.importers import import_recording
from pipeline.importers.files import HEAD
from pipeline.importers.pipecat.text_log import line, may_have_sign, sign_of
from tests.pipeline.importers.livekit_source import EXCHANGES, messages, metrics, report
from tests.pipeline.importers.pipecat_source import TURNS, text_log


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


def test_reports_that_are_longer_than_the_head_of_a_file_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "reports.jsonl"
    long = [{**report(), "job_id": f"job_{place}", "note": "x" * HEAD} for place in range(2)]
    path.write_text(f'{json.dumps(long[0])}\n{{"job_id": \n{json.dumps(long[1])}\n')
    imported = import_recording("livekit", [path])
    assert imported.report.sessions == 2
    assert [(fault.kind, fault.examples) for fault in imported.report.faults] == [("broken_line", (f"{path}:2",))]


def test_a_long_object_on_one_line_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**report(), "note": "x" * HEAD}))
    assert import_recording("livekit", [path]).report.sessions == 1


def test_every_line_that_a_text_log_is_read_from_is_taken_for_one() -> None:
    read = [content for content in text_log().splitlines() if (one := line(content.decode())) and sign_of(one.says)[1]]
    assert len(read) > len(TURNS)
    assert all(may_have_sign(content) for content in read)
    assert not may_have_sign(b"2026-06-01 10:00:00.000 | DEBUG | x - Linking Pipeline#0 -> Output#0")
