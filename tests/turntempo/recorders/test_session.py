"""A call as it goes on: turns are written as soon as they are over, each once, and nothing of what was said."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.importers.observed.timeline import Commit, Draw, Final, Gap, Request, Score, Sound, Synthesis
from pipeline.importers.spoken_text import Tokens
from stages.settings import Settings
from turntempo.recorders.session import SessionLog, session_name


@dataclass
class Kept:
    lines: list[bytes] = field(default_factory=list)
    heads: list[bytes | None] = field(default_factory=list)
    fails: int = 0

    def write(self, session: str, settings: bytes | None, lines: list[bytes]) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError(28, "No space left on device")
        self.heads.append(settings)
        self.lines += lines

    def close(self) -> None:
        pass

    def turns(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


def exchange(log: SessionLog, start: float, name: str = "r", speech: Sound | None = None) -> None:
    """A second of speech, and a reply a second after it."""
    log.speech(speech or Sound(start, start + 1_000, release_ms=31.0, onset_lag_ms=12.0))
    log.add("interims", Final(start + 1_080, 4))
    log.add("finals", Final(start + 1_200, 4))
    log.add("scores", Score(start + 1_300, 0.9, 40.0))
    log.add("commits", Commit(start + 1_500, name, lead_ms=5.0))
    request = Request(start + 1_505, (Draw(80, bound=True), Draw(300)), start + 1_905, reply=name, token_ms=20.0)
    log.add("requests", request)
    log.add("syntheses", Synthesis(start + 1_950, (Draw(90),), name, 2_000.0))
    log.agent_began(start + 2_050, name)
    log.agent_stopped(start + 4_050)


def test_a_turn_is_written_once_the_next_one_is_answered() -> None:
    sink = Kept()
    log = SessionLog(sink, "call")
    counts = []
    for number in range(4):
        exchange(log, number * 10_000, f"r{number}")
        log.flush(last=False)
        counts.append(len(sink.lines))
    log.flush(last=True)
    assert counts == [0, 1, 2, 3]
    assert [turn["id"] for turn in sink.turns()] == [f"call-000{number}" for number in range(4)]
    assert [turn["index"] for turn in sink.turns()] == [0, 1, 2, 3]


def test_a_turn_has_what_the_model_asks_for() -> None:
    sink = Kept()
    log = SessionLog(sink, "call", tags={"region": "eu"})
    exchange(log, 0)
    log.flush(last=True)
    (turn,) = sink.turns()
    assert turn["speech"] == {
        "pauses": [],
        "end_ms": 1000,
        "eot_score": 0.9,
        "release_ms": 31,
        "onset_lag_ms": 12,
        "eot_delay_ms": 40,
    }
    assert turn["asr"] == {"final_ms": 200, "interim_ms": 80}
    assert turn["llm"]["ttft_ms"][:3] == [80, 300, None]
    assert turn["censored"] == ["llm.ttft_ms[0]"]
    assert turn["llm"]["lead_ms"] == 5
    assert turn["tts"]["ttfb_ms"][0] == 90
    assert turn["response_ms"] == 1050
    assert turn["tags"] == {"region": "eu"}


def test_what_is_not_known_is_left_out_and_never_zero() -> None:
    sink = Kept()
    log = SessionLog(sink, "call")
    log.speech(Sound(0.0, 900.0))
    log.agent_began(2_000.0)
    log.agent_stopped(3_000.0)
    log.flush(last=True)
    (turn,) = sink.turns()
    assert set(turn["speech"]) == {"pauses", "end_ms"}
    assert "asr" not in turn
    assert "llm" not in turn
    assert "tts" not in turn


def test_pauses_have_their_own_lags_also_those_that_the_vad_passed_over() -> None:
    sink = Kept()
    log = SessionLog(sink, "call")
    log.speech(Sound(0.0, 800.0, gaps=(Gap(300.0, 420.0, 16.0, 8.0),), release_ms=20.0, onset_lag_ms=5.0))
    exchange(log, 1_200, speech=Sound(1_200.0, 2_200.0, release_ms=31.0, onset_lag_ms=44.0))
    log.flush(last=True)
    (turn,) = sink.turns()
    assert turn["speech"]["pauses"] == [
        {"at_ms": 300, "ms": 120, "eot_score": None, "release_ms": 16, "onset_lag_ms": 8},
        {"at_ms": 800, "ms": 400, "eot_score": None, "release_ms": 20, "onset_lag_ms": 44},
    ]
    assert (turn["speech"]["release_ms"], turn["speech"]["onset_lag_ms"]) == (31, 5)


def test_events_of_turns_that_were_written_are_dropped() -> None:
    log = SessionLog(Kept(), "call")
    for number in range(50):
        exchange(log, number * 10_000, f"r{number}")
        log.flush(last=False)
    assert len(log.timeline.speech) == 1
    assert len(log.timeline.requests) == 1


def test_a_greeting_counts_for_the_index() -> None:
    sink = Kept()
    log = SessionLog(sink, "call")
    log.agent_began(0.0)
    log.agent_stopped(1_000.0)
    exchange(log, 3_000, "a")
    exchange(log, 13_000, "b")
    log.flush(last=False)
    log.flush(last=True)
    assert [turn["index"] for turn in sink.turns()] == [1, 2]


def test_a_sink_that_fails_loses_nothing_once_it_works_again() -> None:
    sink = Kept(fails=2)
    log = SessionLog(sink, "call")
    exchange(log, 0, "a")
    exchange(log, 10_000, "b")
    for _ in range(2):
        with pytest.raises(OSError, match="No space"):
            log.flush(last=False)
    log.flush(last=False)
    log.flush(last=True)
    assert len(sink.lines) == 2
    assert log.lost == 0


def test_turns_of_a_call_that_has_ended_are_kept_until_the_sink_takes_them() -> None:
    sink = Kept(fails=1)
    log = SessionLog(sink, "call")
    exchange(log, 0)
    with pytest.raises(OSError, match="No space"):
        log.flush(last=True)
    log.flush(last=True)
    assert [turn["id"] for turn in sink.turns()] == ["call-0000"]
    assert (log.turns, log.lost) == (1, 0)


def test_turns_that_are_given_up_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    log = SessionLog(Kept(fails=1), "call")
    exchange(log, 0)
    with pytest.raises(OSError, match="No space"):
        log.flush(last=True)
    log.give_up()
    log.give_up()
    assert log.lost == 1
    assert "are lost" in caplog.text


def test_the_settings_in_force_go_with_the_turns() -> None:
    sink = Kept()
    log = SessionLog(sink, "call", settings=Settings())
    exchange(log, 0)
    log.flush(last=True)
    assert sink.heads[0] is not None
    assert json.loads(sink.heads[0])["schema"] == "turntempo.settings/2"


def test_nothing_of_what_was_said_is_in_a_line() -> None:
    sink = Kept()
    log = SessionLog(sink, "call")
    log.add("requests", Request(1_500.0, (Draw(300),), 1_800.0, tokens=Tokens(2, 4, 8)))
    exchange(log, 0)
    log.flush(last=True)
    texts = [value for value in _texts(sink.turns()) if not value.startswith(("turntempo.", "call"))]
    assert texts == ["llm.ttft_ms[0]"]


def _texts(held: object) -> list[str]:
    if isinstance(held, dict):
        return [text for value in held.values() for text in _texts(value)]
    if isinstance(held, list):
        return [text for value in held for text in _texts(value)]
    return [held] if isinstance(held, str) else []


def test_brief_speech_counts_over_the_agent_alone() -> None:
    sink = Kept()
    log = SessionLog(sink, "call")
    exchange(log, 0, "a")
    log.brief(Sound(2_800.0, 3_000.0))
    log.brief(Sound(7_000.0, 7_200.0))
    exchange(log, 10_000, "b")
    log.flush(last=True)
    overlaps = [[(over["at_ms"], over["ms"]) for over in turn["overlaps"]] for turn in sink.turns()]
    assert overlaps == [[(750, 200)], []]


def test_a_click_is_no_turn() -> None:
    sink = Kept()
    log = SessionLog(sink, "call")
    exchange(log, 0, "a", Sound(0.0, 40.0))
    exchange(log, 10_000, "b")
    log.flush(last=True)
    assert [turn["speech"]["end_ms"] for turn in sink.turns()] == [1_000]


def test_a_wrong_tag_is_refused_at_once() -> None:
    with pytest.raises(ValidationError):
        SessionLog(Kept(), "call", tags={"region": "a\nb"})


def test_no_two_calls_have_one_name() -> None:
    assert session_name("room") != session_name("room")
    assert session_name("room\n").startswith("session-")
