"""LiveKit's logs: each of them gives what it can of one session, and together they give all of it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.importers import AUTO, Imported, import_recording
from stages.errors import RecordingError
from stages.turn import Turn
from tests.pipeline.importers.livekit_source import (
    EXCHANGES,
    Said,
    lines,
    messages,
    metrics,
    report,
    span,
    spans,
    text_log,
)

Reader = Callable[..., Imported]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Imports logs given as bytes by name."""

    def imported(strict: bool = False, options: dict[str, Any] | None = None, **files: bytes) -> Imported:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        return import_recording(AUTO, [tmp_path / name for name in files], options, strict)

    return imported


def close(value: float | None) -> object:
    return pytest.approx(value, abs=0.01)


def test_spans_give_the_pause_that_a_reply_fell_into(read: Reader) -> None:
    plain, cut, last = read(spans=lines(spans())).turns
    assert [(pause.at_ms, pause.ms) for pause in cut.speech.pauses or ()] == [(close(1000), close(700))]
    assert (cut.speech.end_ms, plain.speech.pauses, last.speech.pauses) == (close(3000), (), ())


def test_spans_give_each_attempt_and_mark_the_one_given_up_as_a_bound(read: Reader) -> None:
    plain, cut, _ = read(spans=lines(spans())).turns
    assert plain.llm.ttft_ms == (close(500), None, None, None, None, None)
    assert cut.llm.ttft_ms == (close(1000), close(480), None, None, None, None)
    assert (plain.censored, cut.censored) == ((), ("llm.ttft_ms[0]",))


def test_spans_give_what_the_user_said_over_a_reply(read: Reader) -> None:
    _, cut, last = read(spans=lines(spans())).turns
    (over,) = cut.overlaps or ()
    assert (over.at_ms, over.ms, over.kind, over.words) == (close(1490), close(2000), "interrupt", 4)
    assert last.speech.end_ms == close(2000)


def test_spans_give_the_stages_and_the_response_time_as_measured(read: Reader) -> None:
    plain = read(spans=lines(spans())).turns[0]
    assert (plain.asr.final_ms, plain.response_ms) == (close(200), close(1410))
    assert (plain.llm.token_ms, plain.llm.reply_tokens, plain.llm.sentence_tokens) == (close(76), 6, 2)
    assert (plain.tts.ttfb_ms or ())[0] == close(200)
    assert plain.tts.ms_per_token == close(300)


def test_what_the_application_did_before_the_request_is_lead(read: Reader) -> None:
    for log in (lines(spans()), lines(metrics()), json.dumps(report()).encode()):
        imported = read(log=log)
        assert [turn.llm.lead_ms for turn in imported.turns] == [close(20)] * len(imported.turns)
        (lead,) = (field for field in imported.report.fields if field.field == "llm.lead_ms")
        assert (lead.measured, lead.absent) == (len(imported.turns), 0)


def test_a_report_names_the_session_and_the_settings_in_force(read: Reader) -> None:
    imported = read(report=json.dumps(report(), indent=1).encode())
    assert {turn.session for turn in imported.turns} == {"job_1"}
    assert imported.vendor is not None
    assert imported.vendor.target == "livekit"
    assert '"min_delay": 0.5' in imported.vendor.document
    assert [len(turn.speech.pauses or ()) for turn in imported.turns] == [0, 1, 0]


def test_a_sound_without_words_in_the_warm_up_of_the_echo_canceller_is_doubtful(read: Reader) -> None:
    held = [span("user_speaking", "noise", None, 5.0, 5.3), *spans((replace(EXCHANGES[0], sound=(4.41, 9.0)),))]
    (note,) = (note for note in read(spans=lines(held)).report.of("doubtful") if note.field == "overlaps")
    assert "may be interruptions" in note.message


def test_metrics_alone_give_delays_but_no_pauses_and_no_overlaps(read: Reader) -> None:
    imported = read(metrics=lines(metrics()))
    assert len(imported.turns) == 4
    assert {(turn.speech.pauses, turn.overlaps) for turn in imported.turns} == {(None, None)}
    plain = imported.turns[0]
    assert (plain.asr.final_ms, plain.response_ms) == (close(200), close(1400))
    origin = {field.field: field.origin for field in imported.report.fields}
    assert (origin["response_ms"], origin["speech.pauses"], origin["llm.ttft_ms"]) == ("derived", "absent", "measured")


def test_messages_give_response_times(read: Reader) -> None:
    turns = read(messages=lines(messages())).turns
    assert [turn.response_ms for turn in turns] == [close(1410), close(810), close(2310), close(1160)]
    assert {turn.speech.pauses for turn in turns} == {None}


def test_a_text_log_with_metrics_in_its_messages_is_read(read: Reader) -> None:
    turns = read(log=text_log()).turns
    assert [(turn.llm.ttft_ms or ())[0] for turn in turns] == [close(500), close(180), close(1480), close(380)]
    assert [turn.asr.final_ms for turn in turns] == [close(200), close(100), close(200), close(200)]


def test_files_of_one_session_are_one_session(read: Reader) -> None:
    files = {
        "spans": lines(spans()),
        "metrics": lines(metrics()),
        "report": json.dumps(report()).encode(),
    }
    together = read(**files)
    assert [turn.id for turn in together.turns] == ["job_1-0000", "job_1-0001", "job_1-0002"]
    assert without_names(together.turns) == without_names(read(spans=files["spans"]).turns)


def without_names(turns: tuple[Turn, ...]) -> list[dict[str, Any]]:
    return [turn.model_dump(exclude={"id", "session"}) for turn in turns]


def test_a_shorter_grace_makes_an_interruption_of_a_turn_that_goes_on(read: Reader) -> None:
    late = EXCHANGES[0], EXCHANGES[1], EXCHANGES[3]
    soon = Said(*("speech_c", ((10.1, 11.0),), 11.2, 11.5, 11.52, 12.0, 12.3, 12.1, 12.3, (12.31, 13.0), "In May.", 3))
    log = lines(spans((*late[:1], move(late[1], 10.4), soon, late[2])))
    assert len(read(spans=log).turns) == 3
    shorter = read(spans=log, options={"grace_ms": 100})
    assert len(shorter.turns) == 4
    assert shorter.report.counts["turns with the grace of 100 ms"] == 4
    assert read(spans=log).report.counts["turns with a grace of 250 ms"] == 4


def move(one: Said, stopped: float) -> Said:
    return replace(one, sound=(one.sound[0], stopped))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"transcription_delay": -4.0}, "negative"),
        ({"transcription_delay": 207.0}, "minutes"),
        ({"ttft": 8.3}, "over_whole"),
    ],
)
def test_a_wrong_metric_is_left_out_counted_and_refused_if_strict(
    read: Reader, change: dict[str, float], kind: str
) -> None:
    held = metrics()
    next(one for one in held if change.keys() & one.keys()).update(change)
    imported = read(metrics=lines(held))
    assert [(fault.kind, fault.count) for fault in imported.report.faults] == [(kind, 1)]
    first = imported.turns[0]
    assert (first.llm.ttft_ms if "ttft" in change else first.asr.final_ms) is None
    with pytest.raises(RecordingError, match="--strict refuses"):
        read(strict=True, metrics=lines(held))


def test_a_delay_that_only_repeats_the_setting_is_not_taken_for_measured(read: Reader) -> None:
    held = metrics()
    for one in held:
        if one["type"] == "eou_metrics":
            one |= {"transcription_delay": 0.0, "end_of_utterance_delay": 0.5}
    imported = read(metrics=lines(held))
    assert [(fault.kind, fault.count) for fault in imported.report.faults] == [("echo", 4)]
    assert {(turn.asr.final_ms, turn.response_ms) for turn in imported.turns} == {(None, None)}


def test_lines_there_twice_count_once_and_lines_out_of_order_are_sorted(read: Reader) -> None:
    held = lines(metrics())
    once = read(metrics=held)
    twice = read(metrics=held + held)
    assert {fault.kind: fault.count for fault in twice.report.faults}["duplicate"] == len(metrics())
    assert twice.turns == once.turns
