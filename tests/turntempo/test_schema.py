import json
from pathlib import Path
from typing import Any

import pytest

from stages.settings import Settings
from tests.turntempo.json_schema import problems
from turntempo.schemas import SCHEMAS

BARE = {"schema": "turntempo.turn/2", "id": "a", "session": "s", "speech": {"end_ms": 900}}


def broken(form: str, value: Any) -> list[str]:
    return list(problems(value, SCHEMAS[form]()))


@pytest.mark.parametrize("form", SCHEMAS)
def test_a_schema_is_printed_as_json(run, form: str) -> None:
    done = run("schema", form)
    assert (done.code, done.err) == (0, "")
    assert done.json == SCHEMAS[form]()
    assert done.json["$schema"].startswith("https://json-schema.org/")


def test_the_worked_examples_keep_all_three(shared: Path) -> None:
    lines = (shared / "design" / "examples-2.jsonl").read_text().splitlines()
    assert lines
    for line in lines:
        for form, value in json.loads(line).items():
            assert broken(form, value) == []


def test_a_turn_may_lack_all_but_its_name_its_session_and_its_end() -> None:
    assert broken("turn", BARE) == []
    for name in BARE:
        assert broken("turn", {key: value for key, value in BARE.items() if key != name}) != []


@pytest.mark.parametrize(
    "wrong",
    [
        {"llm": {"ttft_ms": []}},
        {"llm": {"ttft_ms": ["400"]}},
        {"overlaps": [{"at_ms": 0, "ms": 5, "kind": "cough"}]},
        {"speech": {"end_ms": -1}},
        {"speech": {"end_ms": 1, "eot_score": 2}},
        {"schema": "turntempo.turn/9"},
        {"extra": 1},
    ],
)
def test_a_wrong_turn_breaks_the_schema(wrong: dict[str, Any]) -> None:
    assert broken("turn", BARE | wrong) != []


def test_a_turn_with_gaps_and_marks_keeps_it() -> None:
    gaps = {"llm": {"ttft_ms": [580, None]}, "censored": ["llm.ttft_ms[0]"], "response_ms": 900.5, "overlaps": None}
    assert broken("turn", BARE | gaps) == []


def test_settings_may_be_partial_and_name_their_schema() -> None:
    assert broken("settings", {}) == []
    assert broken("settings", {"schema": "turntempo.settings/2", "llm": {"attempts": 2}}) == []
    assert broken("settings", Settings().json_dict()) == []
    assert broken("settings", {"llm": {"attempts": 7}}) != []
    assert broken("settings", {"llm": {"atempts": 2}}) != []


def test_the_lines_that_replay_writes_keep_the_outcome_s(run, plain: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert run("replay", plain, "--outcomes", out, "--json").code == 0
    for line in out.read_text().splitlines():
        assert broken("outcome", json.loads(line)) == []
