"""AssemblyAI's own types."""

import pytest
from assemblyai.streaming.v3 import models

from tuner.targets.vendors.assemblyai import PUNCTUATED, UNIVERSAL


@pytest.mark.parametrize("target", [PUNCTUATED, UNIVERSAL], ids=lambda one: one.name)
def test_every_field_is_a_parameter_of_theirs(target: object) -> None:
    known = set(models.RealTimeParameters.model_fields)
    assert {one.path for one in target.fields} <= known  # type: ignore[attr-defined]


def test_whole_connection_parameters_are_taken() -> None:
    assert PUNCTUATED.check is not None
    whole = {"sample_rate": 16000, "speech_model": "u3-rt-pro", "min_turn_silence": 100, "mode": "balanced"}
    assert PUNCTUATED.check(whole) == ()


@pytest.mark.parametrize("wrong", [{"min_turn_silence": 0.5}, {"min_turn_silenc": 100}, {"mode": "fast"}])
def test_what_is_none_of_theirs_is_refused(wrong: dict[str, object]) -> None:
    assert PUNCTUATED.check is not None
    assert PUNCTUATED.check(wrong)


def test_the_choices_of_the_mode_are_theirs() -> None:
    assert set(PUNCTUATED.by_path["mode"].choices) == {one.value for one in models.StreamingMode}


def test_a_model_s_name_says_which_target_reads_it() -> None:
    assert list(models.SpeechModel)
    for model in models.SpeechModel:
        universal = model.value.startswith("universal-streaming")
        target = UNIVERSAL if universal else PUNCTUATED
        assert not any("instead" in doubt for doubt in target.read_values({"speech_model": model.value}).doubts)
