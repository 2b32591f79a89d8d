"""What was said is written where it was asked for alone, with the turn that it is of, for nobody else to read."""

import json
import logging
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.turntempo.recorders.test_session import Kept, exchange
from turntempo.recorders.session import SessionLog
from turntempo.recorders.sink import sink_of
from turntempo.recorders.texts import Texts, texts_of


def said(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for file in folder.iterdir() for line in file.read_text().splitlines()]


def call(log: SessionLog, turns: int) -> None:
    for number in range(turns):
        start = number * 10_000
        log.user_said(start + 1_200, f"question {number}")
        exchange(log, start, f"r{number}")
        log.agent_said(f"answer {number}")
        log.flush(last=False)


def test_texts_have_the_id_of_their_turn(tmp_path: Path) -> None:
    sink = sink_of(tmp_path / "calls.jsonl")
    log = SessionLog(sink, "call", texts=texts_of(True, sink, "call"))
    call(log, 3)
    log.flush(last=True)
    ids = [json.loads(line)["id"] for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
    assert said(tmp_path / "calls.said") == [
        {"turn": ids[number], "user_transcript": f"question {number}", "agent_transcript": f"answer {number}"}
        for number in range(3)
    ]


def test_nobody_else_may_read_them_and_it_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    sink = sink_of(tmp_path / "calls")
    with caplog.at_level(logging.WARNING):
        log = SessionLog(sink, "call", texts=texts_of(True, sink, "call"))
    call(log, 1)
    log.flush(last=True)
    folder = tmp_path / "calls.said"
    assert "personal data" in caplog.text
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]
    assert "question" not in (tmp_path / "calls" / "call.jsonl").read_text()


def test_without_being_asked_for_there_are_none(tmp_path: Path) -> None:
    sink = sink_of(tmp_path / "calls.jsonl")
    log = SessionLog(sink, "call", texts=texts_of(False, sink, "call"))
    call(log, 1)
    log.flush(last=True)
    assert [path.name for path in tmp_path.iterdir()] == ["calls.jsonl"]


def test_a_sink_without_a_place_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="text='FOLDER'"):
        texts_of(True, Kept(), "call")
    assert texts_of(tmp_path / "said", Kept(), "call") is not None


def test_texts_that_no_file_takes_are_kept_and_the_turns_are_written(tmp_path: Path) -> None:
    (tmp_path / "said").write_text("a file where the folder should be")
    sink = Kept()
    log = SessionLog(sink, "call", texts=Texts(tmp_path / "said", "call"))
    call(log, 2)
    assert len(sink.lines) == 1
    (tmp_path / "said").unlink()
    log.flush(last=True)
    assert [one["user_transcript"] for one in said(tmp_path / "said")] == ["question 0", "question 1"]
