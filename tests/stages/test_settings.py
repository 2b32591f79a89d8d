from typing import Any

import pytest

from stages.errors import SettingsError, UnknownName
from stages.setting import Shares, Steps
from stages.settings import NAMES, SCHEMA, SETTINGS, UNPRICED, Settings, from_flat, parse


def test_what_a_file_leaves_out_has_the_documented_default() -> None:
    settings = parse({"schema": SCHEMA, "endpointing": {"silence_ms": 700}})
    assert settings.endpointing.silence_ms == 700
    assert settings.endpointing.max_silence_ms == 3000
    assert settings.llm.timeout_ms == 10000
    assert settings.tts.timeout_ms == 5000
    assert settings.barge_in.mode == "interrupt"


def test_settings_read_back_as_they_were_written() -> None:
    settings = from_flat({"asr.empty_timeout_ms": None, "eager.on": "score", "filler.after_ms": 400.5})
    assert parse(settings.json_dict()) == settings


def test_whole_numbers_are_written_without_a_point() -> None:
    assert str(Settings().json_dict()["vad"]) == "{'silence_ms': 200}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"vad": {"silence": 3}}, "unknown setting 'vad.silence'. Did you mean vad.silence_ms?"),
        ({"vda": {}}, "unknown setting 'vda'. Did you mean vad?"),
        ({"llm": {"timeout_ms": 10}}, "if that is in seconds, write milliseconds"),
        ({"llm": {"timeout_ms": "10"}}, "S.json: llm.timeout_ms: should be a valid number, got '10'"),
        ({"llm": {"attempts": 7}}, "should be less than or equal to 6, got 7"),
        ({"eager": {"on": "always"}}, "should be 'off', 'score' or 'final', got 'always'"),
        ({"vad": {"silence_ms": float("nan")}}, "vad.silence_ms: should be a finite number"),
        ({"eager": {"tts": 1}}, "eager.tts: should be a valid boolean"),
        ({"schema": "turntempo.turn/2"}, "schema must be 'turntempo.settings/2'"),
        ([], "settings are a JSON object"),
    ],
)
def test_a_broken_rule_is_reported_with_source_field_and_what_came(data: Any, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        parse(data, "S.json")
    assert message in str(error.value)
    assert str(error.value).startswith("S.json: ")


def test_a_patience_below_the_silence_is_allowed_but_doubted() -> None:
    assert Settings().doubts() == ()
    (doubt,) = from_flat({"endpointing.silence_ms": 300, "endpointing.max_silence_ms": 200}).doubts()
    assert "endpointing.max_silence_ms=200 is below endpointing.silence_ms=300" in doubt


def test_replacing_names_the_closest_setting_when_there_is_none() -> None:
    assert Settings().replace({"vad.silence_ms": 100}).vad.silence_ms == 100
    with pytest.raises(UnknownName, match=r"Did you mean vad\.silence_ms\?"):
        Settings().replace({"vad.silense_ms": 100})


def test_names_are_the_leaves_of_the_settings_and_each_is_explained() -> None:
    assert len(NAMES) == len(set(NAMES)) > 40
    assert set(UNPRICED) < set(NAMES)
    assert tuple(Settings().flat()) == NAMES
    assert all(one.meaning for one in SETTINGS.values())


def test_a_default_and_a_whole_axis_are_within_the_range() -> None:
    for name, one in SETTINGS.items():
        assert Settings().flat()[name] == one.default
        assert (one.range is None) == (one.kind in ("flag", "choice"))
        assert one.nullable or one.default is not None
        assert bool(one.choices) == (one.kind == "choice")


def test_a_search_has_an_axis_of_its_own_only_where_the_range_is_not_what_it_tries() -> None:
    assert SETTINGS["endpointing.counts_from"].axis == Steps(("speech", "final"))
    assert SETTINGS["eager.on"].axis == Steps(("off", "final", "score"))
    assert SETTINGS["tts.lookahead_tokens"].axis == Steps((0, 1, 2, 3, 4, 5))
    assert SETTINGS["barge_in.score_threshold"].axis == Shares()


@pytest.mark.parametrize(
    ("name", "value", "ms"),
    [
        ("endpointing.silence_ms", 0.5, 500),
        ("endpointing.silence_ms", 2, 2000),
        ("endpointing.max_silence_ms", 3, 3000),
        ("vad.silence_ms", 0.55, 550),
        ("barge_in.guard_first_ms", 3, 3000),
        ("playout.prebuffer_ms", 0.2, 200),
        ("filler.after_ms", 1.2, 1200),
        ("asr.late_final_ms", 0.3, 300),
        ("asr.empty_timeout_ms", 5, 5000),
        ("barge_in.resume_ms", 2, 2000),
    ],
)
def test_a_time_that_is_hardly_meant_in_ms_is_asked_about(name: str, value: float, ms: float) -> None:
    doubts = [one for one in Settings().replace({name: value}).doubts() if one.startswith(name)]
    assert doubts[0] == f"{name}={value:g} is in ms: were seconds meant? {value:g} s is {ms:g} ms"


@pytest.mark.parametrize("name", [name for name, one in SETTINGS.items() if one.unit == "ms"])
def test_zero_the_default_and_usual_times_are_not_asked_about(name: str) -> None:
    one = SETTINGS[name]
    for value in (0, 20, 50, 160, one.default):
        assert one.seconds_doubt(value) == ""


def test_a_short_time_that_cannot_be_seconds_is_not_asked_about() -> None:
    for name, value in (("playout.prebuffer_ms", 7), ("playout.prebuffer_ms", 1), ("barge_in.min_speech_ms", 16)):
        assert SETTINGS[name].seconds_doubt(value) == ""
    assert SETTINGS["llm.attempts"].seconds_doubt(2) == ""
    assert SETTINGS["llm.hedge"].seconds_doubt(True) == ""


@pytest.mark.parametrize("name", [name for name, one in SETTINGS.items() if one.unit == "ms" and one.range])
def test_half_a_second_is_asked_about_in_every_field_that_takes_it(name: str) -> None:
    try:
        doubts = Settings().replace({name: 0.5}).doubts()
    except SettingsError as refused:
        doubts = (str(refused),)
    assert any(name in one and "seconds" in one for one in doubts)
