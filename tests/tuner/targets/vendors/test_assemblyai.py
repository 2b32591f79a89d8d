"""AssemblyAI's two kinds of model."""

import json

from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file
from tuner.targets.readings import Reading

PUNCTUATED, UNIVERSAL = target("assemblyai"), target("assemblyai-universal")


def read(name: str, **parameters: object) -> Reading:
    return target(name).read(json.dumps(parameters), "aai.json")


def test_words_are_looked_at_after_the_least_silence() -> None:
    ours = read("assemblyai", min_turn_silence=240, max_turn_silence=1200).settings
    assert ours.endpointing.silence_ms == ours.vad.silence_ms == 240
    assert ours.endpointing.max_silence_ms == 1200
    assert (ours.endpointing.eot_threshold, ours.endpointing.score_from) == (0.5, "vad")


def test_each_kind_has_its_defaults() -> None:
    first, second = (read(name).settings.endpointing for name in ("assemblyai", "assemblyai-universal"))
    assert (first.silence_ms, first.max_silence_ms) == (100, 1000)
    assert (second.silence_ms, second.max_silence_ms, second.eot_threshold) == (400, 1280, 0.4)


def test_universal_streaming_has_a_confidence() -> None:
    ours = read("assemblyai-universal", end_of_turn_confidence_threshold=0.7).settings.endpointing
    assert (ours.eot_threshold, ours.score_from) == (0.7, "stream")


def test_a_file_of_the_other_kind_is_refused() -> None:
    for name, model in (("assemblyai", "universal-streaming-english"), ("assemblyai-universal", "u3-rt-pro")):
        assert any("instead" in doubt for doubt in read(name, speech_model=model).doubts)
    assert any("instead" in doubt for doubt in read("assemblyai", end_of_turn_confidence_threshold=0.4).doubts)
    assert not any("instead" in doubt for doubt in read("assemblyai", speech_model="u3-rt-pro").doubts)


def test_the_deprecated_name_is_reported_as_deprecated() -> None:
    reading = read("assemblyai-universal", min_end_of_turn_silence_when_confident=160)
    assert any("deprecated" in doubt for doubt in reading.doubts)
    assert reading.settings.endpointing.silence_ms == 160


def test_the_new_name_goes_before_the_deprecated_one_and_takes_its_place_in_the_file() -> None:
    both = {"min_turn_silence": 300, "min_end_of_turn_silence_when_confident": 160}
    assert read("assemblyai-universal", **both).settings.endpointing.silence_ms == 300
    wanted = Settings().replace({"endpointing.silence_ms": 500, "endpointing.max_silence_ms": 1280})
    changed = changed_file(UNIVERSAL, wanted, '{"min_end_of_turn_silence_when_confident": 160}', "aai.json")
    assert "min_end_of_turn_silence_when_confident" not in json.loads(changed.text)


def test_the_api_s_own_silence_of_50_ms_is_written_and_not_raised_to_another_sdk_s_100() -> None:
    ours = Settings().replace({"endpointing.silence_ms": 50, "vad.silence_ms": 50})
    assert PUNCTUATED.write(ours).values["min_turn_silence"] == 50
    assert not any("keeps to" in doubt for doubt in read("assemblyai", min_turn_silence=50).doubts)


def test_a_patience_below_the_wait_is_never_searched() -> None:
    coupled = PUNCTUATED.deployable_space().coupled(
        Settings().replace({"endpointing.silence_ms": 900, "endpointing.max_silence_ms": 400})
    )
    assert coupled.endpointing.max_silence_ms == 900


def test_both_are_written() -> None:
    ours = {"endpointing.silence_ms": 320, "endpointing.max_silence_ms": 1500, "endpointing.eot_threshold": 0.55}
    assert PUNCTUATED.write(Settings().replace(ours)).values == {"min_turn_silence": 320, "max_turn_silence": 1500}
    assert UNIVERSAL.write(Settings().replace(ours)).values["end_of_turn_confidence_threshold"] == 0.55
