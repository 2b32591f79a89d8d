"""Changed settings in the words of whoever will type them."""

from stages.i18n import translate
from stages.settings import Settings
from tuner.deploy.vendor_words import vendor_naming
from tuner.targets import target

MOVES = {"barge_in.min_words": (0, 2)}


def test_a_vendor_s_names_and_units_stand_in_place_of_ours() -> None:
    in_force = target("livekit").as_deployed(Settings())
    said = vendor_naming("livekit", None, in_force)({"barge_in.min_speech_ms": (300, 800)})
    assert said is not None
    text = translate(said, "en")
    assert "min_duration" in text
    assert " s (now " in text
    assert text.endswith("(LiveKit Agents)")
    assert "barge_in." not in text


def test_a_time_is_in_the_vendor_s_unit() -> None:
    in_force = target("openai-realtime").as_deployed(Settings())
    said = vendor_naming("openai-realtime", None, in_force)({"endpointing.silence_ms": (640, 900)})
    assert said is not None
    assert " ms (now " in translate(said, "en")


def test_what_the_vendor_s_file_does_not_carry_is_said_in_our_words_apart() -> None:
    in_force = target("livekit").as_deployed(Settings())
    moves = MOVES | {"playout.prebuffer_ms": (0, 40)}
    said = vendor_naming("livekit", None, in_force)(moves)
    assert said is not None
    text = translate(said, "en")
    assert "min_words" in text
    assert "not in the vendor's file: playout.prebuffer_ms 40 ms (now 0 ms)" in text


def test_of_nothing_that_the_vendor_has_there_is_no_word() -> None:
    in_force = target("livekit").as_deployed(Settings())
    assert vendor_naming("livekit", None, in_force)({"playout.prebuffer_ms": (0, 40)}) is None


def test_without_a_vendor_our_names_stand() -> None:
    for vendor in (None, "json"):
        said = vendor_naming(vendor, None, Settings())(MOVES)
        assert said is not None
        assert translate(said, "en") == "barge_in.min_words 2 (now 0)"
