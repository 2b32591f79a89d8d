from dataclasses import replace
from pathlib import Path

import pytest

from stages.i18n import say
from stages.settings import Settings
from tui.i18n.translator import Translator
from tui.state.exports import ExportChoice
from tui.text import exported
from tuner.deploy.deliverable import Deliverable, deliverable
from tuner.targets import target

BASE = """{"properties": {"turn_detection": {"config": {
  "end_of_speech": {"mode": "vad", "vad_config": {"silence_duration_ms": 1500}}
}}}}
"""
SETTINGS = Settings().replace({"endpointing.silence_ms": 700, "eager.on": "final", "llm.timeout_ms": 900})
CHOICE = ExportChoice("sliders", SETTINGS, Settings(), say("export.from_sliders"), say("export.doubt_tried"))


@pytest.fixture
def made(tmp_path: Path) -> Deliverable:
    base = tmp_path / "join.json"
    base.write_text(BASE)
    return deliverable(target("agora"), SETTINGS, Settings(), base)


def test_the_text_is_what_would_be_written(made: Deliverable) -> None:
    assert exported.text(made).plain.strip() == made.leaving.text.strip()


def test_the_difference_has_signs_and_there_is_none_without_a_file(made: Deliverable) -> None:
    drawn = exported.diff(made)
    assert drawn is not None
    lines = drawn.plain.splitlines()
    assert any(line.startswith("-") and "1500" in line for line in lines)
    assert any(line.startswith("+") and "700" in line for line in lines)
    assert exported.diff(deliverable(target("agora"), SETTINGS, Settings())) is None


def test_what_there_is_to_know_stands_under_headings_the_weightiest_first(made: Deliverable) -> None:
    found = exported.notes(made, CHOICE, Translator())
    assert found[0][0] == "How sure it is"
    lines = dict(found)
    assert any("llm.timeout_ms 900" in line for line in lines["To be set elsewhere:"])
    assert any("eager.on final" in line for line in lines["Not to be had on Agora Conversational AI:"])
    assert exported.noted(found, Translator()).plain.startswith("How sure it is\n- Not proven")
    zh = exported.noted(exported.notes(made, CHOICE, Translator("zh")), Translator("zh")).plain
    assert zh.startswith("把握如何\n- 未经证实")


def test_nothing_to_know_is_said() -> None:
    made = deliverable(target("json"), SETTINGS, Settings())
    proven = ExportChoice("recommended", SETTINGS, Settings(), say("export.from_in_force"))
    assert exported.notes(made, proven, Translator()) == ()
    assert exported.noted((), Translator()).plain == "Nothing: the file carries every setting as it is."


def test_text_of_others_does_nothing_to_the_terminal(made: Deliverable) -> None:
    evil = replace(made, leaving=replace(made.leaving, text="\x1b[2J[bold]x[/bold]\t1", diff="+\x1b[2J"))
    drawn = exported.diff(evil)
    assert drawn is not None
    assert "\x1b" not in exported.text(evil).plain + drawn.plain
    assert "[bold]x[/bold]" in exported.text(evil).plain
