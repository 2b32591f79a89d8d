import json
from pathlib import Path

import pytest

from pipeline.simulation import Profile, simulate
from stages.i18n import translate
from stages.settings import Settings
from tuner.deploy.deliverable import Deliverable, deliverable
from tuner.statistics.limits import default_limits, parse_limit
from tuner.targets import target

TURNS = simulate(Profile.load("ai-tutor"), 600, seed=3)
SEMANTIC = Settings().replace(
    {
        "endpointing.silence_ms": 500,
        "endpointing.max_silence_ms": 3000,
        "endpointing.eot_threshold": 0.5,
        "barge_in.mode": "interrupt",
    }
)
OLD_FORM = {"properties": {"vad": {"silence_duration_ms": 1800, "interrupt_duration_ms": 900}}}
AGORA = target("agora")


@pytest.fixture
def old_form(tmp_path: Path) -> Path:
    path = tmp_path / "join.json"
    path.write_text(json.dumps(OLD_FORM, indent=1))
    return path


def judged() -> Settings:
    """Settings that the present form of the vendor can have."""
    return AGORA.as_deployed(SEMANTIC)


def written(base: Path | None) -> Deliverable:
    return deliverable(AGORA, judged(), Settings(), base)


def test_a_file_that_says_what_was_judged_holds_without_a_replay() -> None:
    made = written(None)
    assert made.meant == made.judged
    found = made.read_back(TURNS, default_limits())
    assert (found.holds, found.off, found.broken, found.sentences()) == (True, (), (), ())


def test_settings_tuned_for_one_form_break_their_promise_in_the_file_of_another(old_form: Path) -> None:
    made = written(old_form)
    assert made.form == "agora-vad"
    assert made.meant.endpointing.eot_threshold is None
    found = made.read_back(TURNS, default_limits())
    assert not found.holds
    (cut_off,) = [one for one in found.off if one.figure == "cut_off_rate"]
    assert (cut_off.meant or 0) > (cut_off.judged or 0) + 0.05
    assert "endpointing.eot_threshold" in found.settings()


def test_a_limit_that_the_file_breaks_comes_first(old_form: Path) -> None:
    limit = parse_limit("cut_off_rate=12%")
    found = written(old_form).read_back(TURNS, (limit,))
    assert found.broken == (limit,)
    assert "cut_off_rate <= 12%" in found.sentences()[1]
    for one in found.sentences():
        assert translate(one, "zh") != str(one)


def test_without_turns_other_settings_than_those_judged_are_not_taken_to_hold(old_form: Path) -> None:
    found = written(old_form).read_back(None, ())
    assert (found.holds, found.replayed) == (False, False)
    assert any("eot_threshold" in one for one in found.sentences())


def test_what_is_set_elsewhere_is_taken_as_judged() -> None:
    settings = judged().replace({"llm.timeout_ms": 1234})
    assert AGORA.is_elsewhere("llm.timeout_ms")
    assert deliverable(AGORA, settings, Settings()).meant.llm.timeout_ms == 1234


def test_a_step_of_the_vendor_that_moves_no_figure_holds() -> None:
    fine = Settings().replace({"endpointing.silence_ms": 703})
    made = deliverable(target("vapi"), target("vapi").as_deployed(fine), Settings())
    assert made.read_back(TURNS, ()).holds
