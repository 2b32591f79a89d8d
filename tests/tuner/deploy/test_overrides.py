"""`--set NAME=VALUE`: in our names and in the vendors'."""

from typing import Any

import pytest

from stages.errors import InputError
from stages.settings import Settings
from tuner.deploy.overrides import VendorNames, overridden
from tuner.deploy.set_value import parse_sets
from tuner.targets import target

LIVEKIT = Settings().replace(target("livekit").read("session = AgentSession()", "agent.py").ours)


def moved(before: Settings, *texts: str, vendor: VendorNames | None = None) -> dict[str, Any]:
    """What is other than before."""
    after = overridden(before, texts, vendor).settings.flat()
    return {name: value for name, value in after.items() if value != before.flat()[name]}


def refusal(*texts: str, vendor: str | None = None) -> str:
    names = None if vendor is None else VendorNames(target(vendor))
    with pytest.raises(InputError) as error:
        overridden(Settings(), texts, names)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("600", 600),
        ("0.25", 0.25),
        ("1_500", 1500),
        ("true", True),
        ("False", False),
        ("null", None),
        ("None", None),
        ("final", "final"),
        ('"final"', "final"),
        ("'final'", "final"),
        ("TurnDetector()", "TurnDetector()"),
        ('["uh", "um"]', ["uh", "um"]),
        ("2026-11-22", "2026-11-22"),
    ],
)
def test_a_value_is_read_as_in_json_or_toml_or_is_a_word(text: str, value: Any) -> None:
    assert parse_sets([f"a.b = {text}"]) == {"a.b": value}


@pytest.mark.parametrize("text", ["a.b", "=3", "a.b=", "a.b=nan", "a.b=Infinity", "a.b=[1", "a.b=x\ny = 1"])
def test_what_is_no_value_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"--set"):
        parse_sets([text])


def test_a_name_given_twice_is_refused() -> None:
    assert "is there twice" in refusal("llm.attempts=1", "llm.attempts=2")


def test_our_names_are_set_as_they_are() -> None:
    assert moved(Settings(), "endpointing.silence_ms=500", "eager.on=final", "filler.after_ms=900") == {
        "endpointing.silence_ms": 500,
        "eager.on": "final",
        "filler.after_ms": 900,
    }


def test_a_value_that_breaks_a_rule_names_the_setting() -> None:
    assert refusal("llm.attempts=2.5") == "--set: llm.attempts: should be a valid integer, got 2.5"


def test_an_unknown_name_is_refused_with_the_closest() -> None:
    assert "Did you mean endpointing.silence_ms?" in refusal("endpointing.silnce_ms=500")
    assert "Did you mean AgentSession.turn_handling.endpointing.min_delay?" in refusal("min_dely=1", vendor="livekit")


def test_a_vendor_s_name_is_taken_in_the_vendor_s_unit() -> None:
    assert moved(LIVEKIT, "turn_handling.endpointing.min_delay=0.2", "interruption.enabled=false") == {
        "endpointing.silence_ms": 200,
        "asr.late_final_ms": 200,
        "barge_in.mode": "ignore",
    }


def test_the_vendor_that_alone_has_a_name_is_named() -> None:
    (note,) = overridden(LIVEKIT, ["endpointing.max_delay=4"]).notes
    assert note == (
        "AgentSession.turn_handling.endpointing.max_delay=4 of LiveKit Agents is taken as "
        "endpointing.max_silence_ms=4000"
    )


def test_what_follows_in_the_vendor_s_file_stays_where_it_is_not_in_force_so() -> None:
    assert moved(Settings(), "turn_handling.endpointing.min_delay=0.2") == {"endpointing.silence_ms": 200}


def test_a_name_of_several_vendors_asks_whose() -> None:
    said = refusal("vad_config.silence_duration_ms=900")
    assert "agora, shengwang" in said
    assert "--target VENDOR" in said
    agora = VendorNames(target("agora"))
    assert moved(Settings(), "vad_config.silence_duration_ms=900", vendor=agora) == {"endpointing.silence_ms": 900}


def test_an_end_of_several_paths_asks_for_more_of_it() -> None:
    said = refusal("timeout=5", vendor="livekit")
    assert "llm_conn_options.timeout" in said
    assert "write more of the path" in said


def test_names_of_two_vendors_are_refused() -> None:
    assert "no one vendor's form has all" in refusal(
        "turn_handling.endpointing.min_delay=1", "stopSpeakingPlan.voiceSeconds=1"
    )


def test_a_value_that_the_vendor_refuses_names_path_unit_and_rule() -> None:
    said = refusal("turn_handling.endpointing.min_delay=-1")
    assert "AgentSession.turn_handling.endpointing.min_delay of LiveKit Agents (seconds) must be within" in said


def test_what_the_file_states_decides_which_form_and_what_else_holds() -> None:
    form = target("agora-flat")
    stated = {
        "properties.turn_detection.silence_duration_ms": 480,
        "properties.turn_detection.interrupt_mode": "ignore",
    }
    before = form.read_values(stated).settings
    changed = overridden(before, ["silence_duration_ms=700"], VendorNames(form, stated)).settings
    assert changed.endpointing.silence_ms == 700
    assert changed.barge_in.mode == before.barge_in.mode != Settings().barge_in.mode


def test_a_key_that_no_rule_reads_is_reported_to_have_no_effect() -> None:
    changed = overridden(Settings(), ["user_turn_limit.max_words=3"])
    assert changed.settings == Settings()
    assert "changes no setting that is replayed" in changed.notes[0]


def test_a_value_far_from_the_vendor_s_range_is_doubted() -> None:
    assert any("keeps to 0..3 s" in one for one in overridden(LIVEKIT, ["endpointing.min_delay=200"]).doubts)
