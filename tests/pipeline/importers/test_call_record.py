"""Records of whole calls: both sides' audio decides, the logs say what lay between, the report what is doubtful."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from pipeline.completion import complete
from pipeline.importers import IMPORTERS, File, Imported, import_recording
from pipeline.importers.call_record.call_record import CallRecordOptions
from pipeline.importers.final_check import checked
from pipeline.importers.report import Severity
from pipeline.importers.spoken_text import Tokens, tokens
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile
from pipeline.turns.builder import from_turns
from stages.errors import RecordingError
from stages.settings import Settings
from tests.pipeline.importers.sources import (
    AGENT,
    EVENTS,
    FRAMES,
    REQUESTS,
    SOURCES,
    USER,
    audio,
    frame,
    lines,
    request,
)


def imported(events: list[Any] = EVENTS, frames: list[Any] = FRAMES, **others: Any) -> Imported:
    """The call with some of its files changed."""
    changed = {"elevenlabs_events.jsonl": lines(*events), "pipecat_logs.jsonl": lines(*frames)}
    held = SOURCES["eva"] | changed | {name.replace("_json", ".json"): content for name, content in others.items()}
    files = [File(f"call/{name}", content) for name, content in held.items() if content is not None]
    return checked(IMPORTERS["eva"].read(files, CallRecordOptions()))


def remarks(result: Imported, severity: Severity) -> list[tuple[str | None, str | None]]:
    return [(note.turn, note.field) for note in result.report.of(severity) if note.turn]


def draws(scores: tuple[float | None, ...] | None) -> list[float]:
    """Those that were seen; the others are there, and null."""
    assert scores is None or len(scores) == 6
    return [draw for draw in scores or () if draw is not None]


def without(events: list[Any], *places: int) -> list[Any]:
    return [event for place, event in enumerate(events) if place not in places]


def test_a_turn_is_the_callers_audio_and_the_reply_to_it() -> None:
    first, second = imported().turns
    assert (first.id, first.session, first.index, second.index) == ("c1-0000", "c1", 0, 1)
    assert (first.speech.end_ms, first.response_ms) == (3000, 2500)
    assert (second.speech.end_ms, second.response_ms) == (2000, 4000)


def test_the_stages_are_measured_between_turn_and_reply() -> None:
    first = imported().turns[0]
    assert first.asr.final_ms == 250
    assert draws(first.llm.ttft_ms) == [1400]
    assert draws(first.tts.ttfb_ms) == [300]
    assert first.llm.token_ms == 0  # the text came whole
    assert [first.llm.clause_tokens, first.llm.sentence_tokens, first.llm.reply_tokens] == [2, 2, 12]
    assert first.tts.ms_per_token == pytest.approx(4000 / 12, abs=1e-3)
    assert (first.network.up_ms, first.network.down_ms) == (0, 0)


def test_a_chain_of_requests_is_one_time_to_first_token() -> None:
    result = imported()
    assert draws(result.turns[1].llm.ttft_ms) == [2900]
    assert ("c1-0001", "llm.ttft_ms") in remarks(result, "info")
    assert result.report.counts["LLM requests whose answer was never spoken"] == 1


def test_pauses_are_not_known_and_those_that_ended_a_turn_are_noted() -> None:
    result = imported()
    assert [turn.speech.pauses for turn in result.turns] == [None, None]
    assert remarks(result, "lost") == [("c1-0001", "speech.pauses")]
    assert result.report.counts["pauses that the agent took for the end of a turn"] == 1


def test_speech_without_an_answer_is_noted_as_lost() -> None:
    messages = [note.message for note in imported().report.of("lost") if note.turn is None]
    assert "1 stretches of the caller's speech were never answered" in messages


def test_an_audio_end_that_was_not_logged_is_taken_from_the_vad() -> None:
    result = imported(without(EVENTS, 4))
    assert (result.turns[0].speech.end_ms, result.turns[0].response_ms) == (3100, 2400)
    assert result.turns[0].overlaps is None
    assert sorted(remarks(result, "doubtful")) == [("c1-0000", "overlaps"), ("c1-0000", "speech.end_ms")]


def test_without_the_vads_end_the_last_transcript_is_the_latest_end() -> None:
    result = imported(without(EVENTS, 4), response_latencies_json=None)
    assert (result.turns[0].speech.end_ms, result.turns[0].asr.final_ms) == (3250, None)
    frames = [event for event in FRAMES if event["type"] != "transcript"]
    left = imported(without(EVENTS, 4), frames, response_latencies_json=None)
    assert [turn.id for turn in left.turns] == ["c1-0000"]  # the other turn's
    assert any("when the caller ended before the reply" in note.message for note in left.report.of("lost"))


def test_speech_cannot_end_after_its_transcript_where_the_vad_agrees() -> None:
    events = deepcopy(EVENTS)
    events[4] = audio("audio_end", USER, 5.6)
    result = imported(events)
    assert (result.turns[0].speech.end_ms, result.turns[0].asr.final_ms) == (3100, 150)
    alone = imported(events, response_latencies_json=b'{"latencies": [2.0, 4.0]}')
    assert (alone.turns[0].speech.end_ms, alone.turns[0].asr.final_ms) == (3600, None)
    assert remarks(alone, "doubtful") == [("c1-0000", "asr.final_ms")]


def test_two_measures_of_a_response_that_differ_are_both_noted() -> None:
    notes = [note for note in imported().report.of("info") if note.field == "response_ms"]
    assert [(note.turn, note.message) for note in notes] == [
        ("c1-0000", "2500 ms by the audio of both sides, 2400 ms by the framework's own log")
    ]


def test_latencies_of_another_number_of_replies_are_not_used() -> None:
    result = imported(response_latencies_json=b'{"latencies": [2.4]}')
    assert any("1 response latencies for 2 replies" in note.message for note in result.report.of("doubtful"))


def test_a_reply_that_the_caller_talks_on_through_was_premature() -> None:
    cut_off = [
        *EVENTS[:5],
        audio("audio_start", AGENT, 5.8),
        audio("audio_start", USER, 6.0),
        audio("audio_end", AGENT, 6.3),
        audio("audio_end", USER, 6.9),
        *EVENTS[5:],
    ]
    result = imported(cut_off, response_latencies_json=None)
    assert (result.turns[0].speech.end_ms, result.turns[0].response_ms) == (4900, 600)
    assert result.report.counts["replies that began before the caller was done"] == 1
    assert len(result.turns) == 2


def test_speech_over_a_reply_interrupts_it_or_is_a_backchannel() -> None:
    over = [
        *EVENTS[:6],
        audio("audio_start", USER, 8.7),
        audio("audio_end", USER, 9.0),
        audio("audio_start", USER, 11.0),
        audio("audio_end", AGENT, 11.5),
        audio("audio_end", USER, 14),
        *EVENTS[9:],
    ]
    frames = [*FRAMES, frame("transcript", 9.1, "uh huh")]
    first, second = imported(over, frames).turns
    assert [(o.at_ms, o.ms, o.kind, o.words) for o in first.overlaps or ()] == [
        (1200, 300, "backchannel", 2), (3500, 3000, "interrupt", 4),
    ]  # fmt: skip
    assert second.speech.end_ms == 3000


def test_a_reply_in_several_stretches_is_one_reply() -> None:
    stretches = [*EVENTS[:6], audio("audio_end", AGENT, 9), audio("audio_start", AGENT, 9.4), *EVENTS[6:]]
    assert imported(stretches).turns == imported().turns


def test_a_streamed_reply_has_a_first_token_and_a_time_per_token() -> None:
    streamed = [event for event in FRAMES if event["type"] != "llm_response"]
    streamed += [frame("llm_response", 6.4, "Sure."), frame("llm_response", 7.3, "Where to?")]
    first = imported(frames=streamed).turns[0]
    assert (draws(first.llm.ttft_ms), first.llm.token_ms) == ([600], 225)
    assert first.tts.ttfb_ms is None


def test_a_failed_request_is_not_a_draw() -> None:
    requests = deepcopy(REQUESTS)
    requests["llm_prompts"][0] |= {"status": "error"}
    result = imported(audit_log_json=json.dumps(requests).encode())
    assert result.turns[0].llm.ttft_ms is None
    assert any("LLM request 1 failed" in note.message for note in result.report.of("doubtful"))


def test_impossible_times_are_noted_and_left_out() -> None:
    events = [*EVENTS, audio("audio_start", USER, -9e8), audio("audio_end", AGENT, 1e6)]
    frames = [*FRAMES, frame("transcript", 1e7, "later")]
    requests = {"llm_prompts": [*REQUESTS["llm_prompts"], request(9, 8, "backwards")]}
    result = imported(events, frames, audit_log_json=json.dumps(requests).encode())
    assert result.turns == imported().turns
    assert sum("impossible time" in note.message for note in result.report.of("doubtful")) == 4


def test_fields_of_missing_files_are_missing() -> None:
    files = [File("call/elevenlabs_events.jsonl", lines(*EVENTS))]
    bare = checked(IMPORTERS["eva"].read(files, CallRecordOptions()))
    assert [turn.response_ms for turn in bare.turns] == [2500, 4000]
    assert [(turn.llm.ttft_ms, turn.asr.final_ms) for turn in bare.turns] == [(None, None)] * 2
    assert sum("there is no" in note.message for note in bare.report.of("lost")) == 2
    assert bare.turns[0].session == "call"


def test_a_last_line_that_breaks_off_is_lost_and_a_broken_line_before_it_is_an_error() -> None:
    content = SOURCES["eva"]["pipecat_logs.jsonl"]
    cut = imported(pipecat_logs_jsonl=content[:-20])
    assert [turn.response_ms for turn in cut.turns] == [2500, 4000]
    files = [File("call/elevenlabs_events.jsonl", lines(*EVENTS[:3]) + b"{broken\n" + lines(*EVENTS[3:]))]
    with pytest.raises(RecordingError, match=r"call/elevenlabs_events\.jsonl:4: is not JSON"):
        IMPORTERS["eva"].read(files, CallRecordOptions())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("audit_log.json", b'{"llm_prompts": [\n}', "audit_log.json:2: is not JSON"),
        ("audit_log.json", b"{}", "audit_log.json: llm_prompts: Field required"),
        ("audit_log.json", b'{"llm_prompts": [{"start_time": "x"}]}', "llm_prompts[0].start_time"),
        ("response_latencies.json", b"[1]", "response_latencies.json"),
        ("elevenlabs_events.jsonl", b"", "holds no audio_start of either side"),
        ("elevenlabs_events.jsonl", b'{"event_type": "audio_start", "user": "x"}', ":1: audio_timestamp"),
        ("elevenlabs_events.jsonl", b"\xff", ":1: is not UTF-8 text"),
        ("pipecat_logs.jsonl", b'{"type": 5}\n', ":1: "),
    ],
)
def test_a_broken_file_is_reported_at_its_line_and_field(name: str, content: bytes, said: str) -> None:
    files = [File(f"call/{held}", kept) for held, kept in (SOURCES["eva"] | {name: content}).items()]
    with pytest.raises(RecordingError) as caught:
        IMPORTERS["eva"].read(files, CallRecordOptions())
    assert said in str(caught.value)


def test_a_folder_without_a_call_is_refused_with_what_it_lacks() -> None:
    with pytest.raises(RecordingError, match=r"is no call record: it lacks elevenlabs_events.jsonl"):
        IMPORTERS["eva"].read([File("call/notes.txt", b"")], CallRecordOptions())


def test_calls_with_one_name_get_different_names() -> None:
    twice = [File(f"{folder}/{name}", held) for folder in ("a", "b") for name, held in SOURCES["eva"].items()]
    assert [turn.id for turn in checked(IMPORTERS["eva"].read(twice, CallRecordOptions())).turns] == [
        "c1-0000", "c1-0001", "c1-2-0000", "c1-2-0001",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Sure. Where to, and when?", Tokens(2, 2, 8)),
        ("Yes, of course. Now", Tokens(2, 5, 6)),
        ("At 4.30 it is", Tokens(6, 6, 6)),
        ("hello there", Tokens(2, 2, 2)),
        ("  ", None),
    ],
)
def test_tokens_are_words_and_marks(text: str, counted: Tokens | None) -> None:
    assert tokens(text) == counted


@pytest.fixture(scope="module")
def eva(shared: Path) -> Imported:
    return import_recording("eva", [shared / "data" / "eva-bench-record"])


def test_the_eva_call_gives_nine_answered_turns(eva: Imported) -> None:
    assert [(turn.id, turn.index) for turn in eva.turns] == [(f"1.1.2-{k:04d}", k) for k in range(9)]
    assert {turn.session for turn in eva.turns} == {"1.1.2"}
    assert [round(turn.response_ms or 0) for turn in eva.turns] == [
        2701, 3110, 5109, 5429, 4505, 17573, 3738, 6853, 2507,
    ]  # fmt: skip
    assert [turn.asr.final_ms and round(turn.asr.final_ms) for turn in eva.turns] == [
        206, 199, 188, None, 333, 326, None, None, 137,
    ]  # fmt: skip


def test_the_eva_calls_nineteen_requests_are_accounted_for(eva: Imported) -> None:
    assert [draw for turn in eva.turns for draw in draws(turn.llm.ttft_ms)] == [
        1643, 2090, 4056, 3545, 3358, 16457, 2344, 5892, 1532,
    ]  # fmt: skip
    chains = [int(note.message.split()[0]) for note in eva.report.notes if note.field == "llm.ttft_ms"]
    assert sum(chains) + (9 - len(chains)) + eva.report.counts["LLM requests whose answer was never spoken"] == 19


def test_the_eva_calls_parts_add_up_to_what_was_measured(eva: Imported) -> None:
    assert eva.turns
    for turn in eva.turns:
        stages = (turn.llm.ttft_ms or (None,))[0], (turn.tts.ttfb_ms or (None,))[0]
        waited = (turn.response_ms or 0) - sum(part or 0 for part in stages)
        assert 700 < waited < 1700  # what is left is the wait for the turn's end: about 800 ms of silence, and more


def test_the_doubts_about_the_eva_call_are_noted(eva: Imported) -> None:
    doubtful = remarks(eva, "doubtful")
    assert ("1.1.2-0002", "overlaps") in doubtful
    assert [turn for turn, field in doubtful if field == "speech.end_ms"] == ["1.1.2-0000", "1.1.2-0001", "1.1.2-0002"]
    assert eva.report.counts["pauses that the agent took for the end of a turn"] == 5


def test_the_model_predicts_the_eva_calls_response_times(eva: Imported, shared: Path) -> None:
    """The framework's own figures count from the end that its VAD heard; its settings are read off its waits."""
    measured = json.loads((shared / "data" / "eva-bench-record" / "response_latencies.json").read_text())["latencies"]
    unmeasured = [turn.model_copy(update={"response_ms": None}) for turn in eva.turns]  # else stages follow from it
    columns = complete(from_turns(unmeasured), seed=1, profile=Profile.load("support-call")).columns
    waits = {"endpointing.silence_ms": 800, "asr.final_timeout_ms": 0, "llm.timeout_ms": 60000}
    predicted = Batch(columns).outcomes(Settings().replace(waits)).response_ms
    assert predicted == pytest.approx([seconds * 1000 for seconds in measured], abs=30)
