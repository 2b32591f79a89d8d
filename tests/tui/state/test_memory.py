from pathlib import Path

import pytest

from stages.folders import state_folder
from stages.settings import Settings
from tui.state.memory import MOST_RECENT, Memory, SavedSource, SavedState
from tui.state.search_form import SearchForm
from tui.state.turn_source import TurnSource

SLOW = Settings().replace({"endpointing.silence_ms": 2000})


def test_what_is_kept_is_recalled(tmp_path: Path) -> None:
    saved = SavedSource(
        TurnSource("recording", "a.jsonl", profile="ai-tutor"), SLOW, {"A": Settings()}, {"goal": "p50"}
    )
    state = SavedState("try", "textual-light").with_latest(saved)
    Memory(tmp_path).save(state)
    assert Memory(tmp_path).load() == state


def test_the_first_visit_remembers_nothing(tmp_path: Path) -> None:
    assert Memory(tmp_path / "not" / "there").load() == SavedState()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"schema": "turntempo.tui/0"}', '{"schema": "turntempo.tui/2", "screen": 1}', "\x00\xff"],
)
def test_a_damaged_memory_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    memory = Memory(tmp_path)
    memory.file.write_text(text)
    assert memory.load() == SavedState()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"recording"', "7"),
        ('"recording"', '"elsewhere"'),
        ('"a.jsonl"', "[1]"),
        ('"a.jsonl"', "null"),
        ('"turns": 5000', '"turns": "many"'),
        ('"form": {}', '"form": [1]'),
        ('"pins": {}', '"pins": {"A": 3}'),
        ('"sources": [', '"sources": {"a": 1}, "x": ['),
        ('"sources": [', '"sources": "' + "a" * 50 + '", "x": ['),
        ('"sources": [', '"sources": [' + "[" * 100_000),
    ],
)
def test_a_wrong_value_in_the_memory_is_as_good_as_none(tmp_path: Path, old: str, new: str) -> None:
    memory = Memory(tmp_path)
    memory.save(SavedState().with_latest(SavedSource(TurnSource("recording", "a.jsonl"))))
    before = memory.file.read_text()
    memory.file.write_text(before.replace(old, new))
    assert memory.file.read_text() != before
    assert memory.load() == SavedState()


@pytest.mark.parametrize("form", [{"goal": 7}, {"limits": [1]}, {"locked": 3}, {"budget": {}}])
def test_a_damaged_form_of_a_search_counts_as_empty(form: dict[str, object]) -> None:
    assert SearchForm.from_json(form) == SearchForm()


def test_settings_that_are_out_of_range_by_now_are_not_recalled(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.save(SavedState().with_latest(SavedSource(TurnSource("profile", "ai-tutor"), SLOW)))
    memory.file.write_text(memory.file.read_text().replace("2000", "200000"))
    assert memory.load() == SavedState()


def test_the_latest_place_stands_first_and_once(tmp_path: Path) -> None:
    sources = [TurnSource("recording", f"{number}.jsonl") for number in range(MOST_RECENT + 3)]
    state = SavedState()
    for source in (*sources, sources[5]):
        state = state.with_latest(SavedSource(source))
    assert [one.source for one in state.sources[:2]] == [sources[5], sources[-1]]
    assert len(state.sources) == MOST_RECENT


def test_a_folder_that_cannot_be_written_loses_nothing_but_the_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    memory = Memory(tmp_path / "file" / "state")
    memory.save(SavedState("tune"))
    assert memory.load() == SavedState()


def test_the_memory_stands_where_programs_keep_their_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert Memory().file == state_folder() / "tui.json"
