"""`turntempo call`: what it needs is said before anything is loaded."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stages.errors import InputError
from stages.settings import Settings
from tests.turntempo.conftest import Ran
from turntempo.calling.page import write
from turntempo.calling.parts import tools_in
from turntempo.calling.recording import CallLog
from turntempo.calling.rows import rows
from turntempo.calling.running import Called


def test_without_a_question_the_command_says_what_it_needs(run: Callable[..., Ran]) -> None:
    done = run("call")
    assert (done.code, "what the user says" in done.err) == (2, True)


def test_a_microphone_is_one_call(run: Callable[..., Ran], tmp_path: Path) -> None:
    done = run("call", "--microphone", str(tmp_path / "a.wav"))
    assert (done.code, "--microphone is one call" in done.err) == (2, True)


def test_what_is_there_already_is_not_replaced(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "defaults.jsonl").write_text("kept")
    done = run("call", str(tmp_path / "a.wav"), "-o", str(tmp_path / "out"))
    assert (done.code, "--force" in done.err) == (2, True)
    assert (tmp_path / "out" / "defaults.jsonl").read_text() == "kept"


def test_two_settings_files_of_one_name_are_refused(run: Callable[..., Ran], tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "s.json").write_text("{}")
    given = [str(tmp_path / folder / "s.json") for folder in ("a", "b")]
    done = run("call", "q.wav", "--settings", given[0], "--settings", given[1], "-o", str(tmp_path / "out"))
    assert (done.code, "have the name s" in done.err) == (2, True)


def test_tools_are_read_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "tools.json"
    file.write_text('[{"name": "weather", "result": "sunny", "ms": 300}]')
    assert tools_in(file)[0].ms == 300
    file.write_text('[{"name": "weather", "resullt": "sunny"}]')
    with pytest.raises(InputError, match="resullt"):
        tools_in(file)


def test_a_call_in_which_nobody_spoke_has_no_rows(tmp_path: Path) -> None:
    silence = np.zeros(16_000, np.float32)
    log = CallLog(tmp_path / "a.jsonl", "a", Settings())
    held = Called("a", Settings(), silence, silence, (), log, 1000.0)
    assert rows(held) == []
    assert write(tmp_path, [held], force=False).is_file()
