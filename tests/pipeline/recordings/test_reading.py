"""Recordings read as a stream; every error names file, line, field, rule and what came."""

import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.recordings import read
from pipeline.recordings.open_recording import LONGEST
from pipeline.turns.rows import turn_at
from stages.errors import RecordingError
from stages.settings import Settings
from stages.turn import Turn
from tests.pipeline.recordings.lines import BARE, TURN, changed

Write = Callable[..., Path]


def error(path: Any) -> str:
    with pytest.raises(RecordingError) as caught:
        read(path)
    return str(caught.value)


def test_turns_come_in_recorded_order_with_all_that_was_said(recorded: Write) -> None:
    columns = read(recorded(TURN, BARE)).columns
    assert [name.decode() for name in columns.ids] == ["t1", "t2"]
    assert turn_at(columns, 0).model_dump() == Turn.model_validate(TURN).model_dump()


def test_a_line_of_settings_tells_those_in_force(recorded: Write) -> None:
    line = {"schema": "turntempo.settings/2", "endpointing": {"silence_ms": 800}}
    recording = read(recorded(line, TURN))
    assert recording.settings == Settings().replace({"endpointing.silence_ms": 800})
    assert read(recorded(TURN)).settings is None


def test_a_turn_whose_name_is_the_settings_schema_is_a_turn(recorded: Write) -> None:
    recording = read(recorded(changed("id", "turntempo.settings/2")))
    assert (len(recording.columns), recording.settings) == (1, None)


def test_a_bound_may_be_short_as_a_request_may_be_given_up_at_once(recorded: Write) -> None:
    given_up = changed("llm.ttft_ms", [4.5, None])
    assert given_up["censored"] == ["llm.ttft_ms[0]"]
    assert read(recorded(given_up)).columns.ttft_ms[0, 0] == 4.5
    assert "must be in milliseconds, got 4.5" in error(recorded(dict(given_up, censored=[])))
    assert "must not be negative" in error(recorded(changed("llm.ttft_ms", [-4.5, None])))


def test_a_missing_index_is_the_place_in_the_session(recorded: Write) -> None:
    lines = [dict(BARE, id=f"t{i}", session=session) for i, session in enumerate("abaab")]
    columns = read(recorded(*lines, dict(BARE, id="t9", session="a", index=7))).columns
    assert {columns.ids[i].decode(): int(columns.index[i]) for i in range(6)} == {
        "t0": 0, "t1": 0, "t2": 1, "t3": 2, "t4": 1, "t9": 7,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "field", "said"),
    [
        ("speech.end_ms", float("nan"), "speech.end_ms", "must be a finite number, got nan"),
        ("speech.end_ms", float("inf"), "speech.end_ms", "must be a finite number, got inf"),
        ("speech.end_ms", -1, "speech.end_ms", "must not be negative, got -1"),
        ("speech.end_ms", ..., "speech.end_ms", "is missing, and every turn needs it"),
        ("speech.end_ms", "1500", "speech.end_ms", "must be a valid number, got '1500'; write numbers without quotes"),
        ("speech.end_ms", None, "speech.end_ms", "must be a valid number, got null; leave out what is not known"),
        ("speech.end_ms", 1000, "speech", "end_ms must not come before the end of the last pause (1100 ms)"),
        ("speech.pauses.0.ms", 401, "speech", "one at 400 ms lasts 401 ms, the next begins at 800 ms"),
        ("speech.pauses.0.at_ms", 900, "speech", "pauses must be in order and must not overlap"),
        ("speech.pauses.0.eot_score", 25, "speech.pauses[0].eot_score", "must be at most 1, got 25"),
        ("overlaps.0.ms", 701, "", "overlaps must be in order and must not overlap each other"),
        ("overlaps.1.kind", "bark", "overlaps[1].kind", "'interrupt', 'backchannel', 'noise' or 'echo', got 'bark'"),
        ("llm.clause_tokens", 10, "llm", "clause_tokens <= sentence_tokens must hold, got clause_tokens=10"),
        ("llm.reply_tokens", 0, "llm.reply_tokens", "must be at least 1, got 0"),
        ("llm.reply_tokens", 1.5, "llm.reply_tokens", "must be a valid integer, got 1.5"),
        ("llm.ttft_ms", [], "llm.ttft_ms", "must have at least 1 item"),
        ("llm.ttft", [1], "llm.ttft", "unknown key 'ttft'. Did you mean ttft_ms? Valid: ttft_ms, fallback_ttft_ms"),
        ("sesion", "s", "sesion", "unknown key 'sesion'. Did you mean session?"),
        ("schema", "turntempo.turn/9", "schema", "must be 'turntempo.turn/2', got 'turntempo.turn/9'"),
        ("schema", ..., "schema", "is missing: a turn says 'turntempo.turn/2'"),
        ("censored", ["llm.tfft_ms"], "censored", "unknown censored field 'llm.tfft_ms'. Did you mean llm.ttft_ms?"),
        ("index", -1, "index", "must not be negative, got -1"),
        ("index", 10**30, "index", "must be at most 1.67772e+07, got 1000000000000000000000000000000"),
        ("id", "a\x00", "id", "must be plain text without control characters"),
        ("id", "x" * 300, "id", "at most 200 characters"),
        ("speech", None, "speech", "must be a JSON object, got null"),
    ],
)
def test_a_broken_rule_is_placed_and_reported(recorded: Write, path: str, value: Any, field: str, said: str) -> None:
    file = recorded(BARE, b"\r\n", changed(path, value))
    message = error(file)
    assert message.startswith(f"{file}:3: {field}")
    assert said in message


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (
            "speech",
            {"end_ms": 3.42},
            "speech.end_ms: must be in milliseconds, got 3.42: a whole turn shorter than 60 ms",
        ),
        ("speech", {"end_ms": 3.42}, "if that is seconds, write 3420"),
        ("speech.pauses.0.ms", 0.25, "speech.pauses[0].ms: must be in milliseconds, got 0.25"),
        ("speech.end_ms", 1772403731368, "speech.end_ms: must be in milliseconds, got 1772403731368: more than a day"),
        ("asr.final_ms", 0.21, "asr.final_ms: must be in milliseconds"),
        ("llm.ttft_ms", [600, 0.6], "llm.ttft_ms[1]: must be in milliseconds, got 0.6: a first token after less"),
        ("llm.ttft_ms", [650000], "llm.ttft_ms[0]: must be in milliseconds, got 650000: more than ten minutes"),
        ("llm.fallback_ttft_ms", 0.3, "llm.fallback_ttft_ms: must be in milliseconds"),
        ("llm.token_ms", 0.0125, "llm.token_ms: must be in milliseconds"),
        ("tts.ttfb_ms", [0.15], "tts.ttfb_ms[0]: must be in milliseconds"),
        ("tts.ms_per_token", 0.24, "tts.ms_per_token: must be in milliseconds"),
        ("overlaps.1.ms", 0.4, "overlaps[1].ms: must be in milliseconds"),
        ("response_ms", 1.21, "response_ms: must be in milliseconds, got 1.21"),
    ],
)
def test_seconds_and_clock_times_are_distinguished_from_milliseconds(
    recorded: Write, path: str, value: Any, said: str
) -> None:
    assert said in error(recorded(changed(path, value)))


def test_a_turn_without_any_delay_is_sound(recorded: Write) -> None:
    none = {"network": {"up_ms": 0, "down_ms": 0}, "asr": {"final_ms": 0}, "response_ms": 0}
    stages = {"llm": {"ttft_ms": [0], "token_ms": 0}, "tts": {"ttfb_ms": [0], "ms_per_token": 0}}
    assert len(read(recorded(BARE | none | stages)).columns) == 1


def test_the_first_bad_line_is_the_one_reported(recorded: Write) -> None:
    seconds, garbage = dict(BARE, id="a", speech={"end_ms": 2.5}), b"not json\n"
    assert ":2: speech.end_ms" in error(recorded(TURN, seconds, garbage))
    assert ":2: is not JSON" in error(recorded(TURN, garbage, seconds))


def test_an_id_that_was_there_before_is_a_duplicate(recorded: Write) -> None:
    first, second = recorded(TURN, BARE), recorded(TURN, name="more.jsonl")
    assert "calls.jsonl:3: id: must be unique, and 't1' was there before" in error(recorded(TURN, BARE, TURN))
    with pytest.raises(RecordingError, match=r"more\.jsonl:1: id: must be unique"):
        read([recorded(TURN, BARE), second])
    assert first.exists()


def test_a_second_line_of_settings_is_refused(recorded: Write) -> None:
    line, other = {"schema": "turntempo.settings/2"}, {"schema": "turntempo.settings/2", "vad": {"silence_ms": 300}}
    assert ":3: a recording has one line of settings; the first is line 1" in error(recorded(line, TURN, line))
    with pytest.raises(RecordingError, match=r"other settings in force than in .*calls\.jsonl"):
        read([recorded(line, TURN), recorded(other, BARE, name="more.jsonl")])
    assert read([recorded(line, TURN), recorded(line, BARE, name="more.jsonl")]).settings == Settings()


def test_bad_settings_in_force_are_reported_at_their_line(recorded: Write) -> None:
    line = {"schema": "turntempo.settings/2", "vad": {"silense_ms": 1}}
    assert ":2: settings in force: unknown setting 'vad.silense_ms'. Did you mean vad.silence_ms?" in error(
        recorded(TURN, line)
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no turns"),
        (b"\n \r\n", "holds no turns"),
        (b'{"schema": "turntempo.settings/2"}\n', "holds no turns"),
        (b"{\n", ":1: is not JSON: EOF while parsing an object at column 1; a line holds one turn"),
        (b"id,session\na,b\n", ":1: is not JSON"),
        (b"[]\n", ":1: must be a JSON object, got []; a recording is JSON Lines"),
        (b"\x00\x01\x02\xff\xfe", ":1: is not JSON"),
        (b'{"id": "\xff"}', ":1: is not JSON: invalid unicode code point at column 9"),
        ("{}\n".encode("utf-16"), "is UTF-16 text; save it as UTF-8"),
        (b"\x1f\x8b\x08\x00", "the gzip data break off"),
        (b"\x1f\x8bnot gzip at all", "the gzip data break off or are damaged at the start"),
        (b"PAR1 and no more", "the Parquet data cannot be read"),
        (b'{"a":' * 4000, "recursion limit"),
        (b'{"id": "\\ud800"}', "is not JSON"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_not_a_recording_says_why(recorded: Write, content: bytes, said: str) -> None:
    assert said in error(recorded(content))


def test_a_folder_and_a_missing_file_are_distinguished(tmp_path: Path) -> None:
    assert "is a folder; give a recording" in error(tmp_path)
    assert "there is no such file" in error(tmp_path / "none.jsonl")
    assert "cannot be opened" in error("a\0b")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(recorded: Write) -> None:
    text = "\r\n".join(json.dumps(line) for line in (TURN, BARE))
    assert len(read(recorded(b"\xef\xbb\xbf" + text.encode())).columns) == 2


def test_gzip_is_known_by_its_bytes_not_its_name(recorded: Write) -> None:
    content = gzip.compress(json.dumps(TURN).encode())
    assert len(read(recorded(content, name="calls.jsonl")).columns) == 1


def test_gzip_that_breaks_off_is_reported_at_the_line_where_it_does(recorded: Write) -> None:
    lines = "".join(json.dumps(dict(TURN, id=f"t{i}")) + "\n" for i in range(500))
    path = recorded(gzip.compress(lines.encode())[:-30])
    message = error(path)
    assert "the gzip data break off or are damaged here" in message
    kept = read(path, skip_bad=True)
    assert f":{len(kept.columns) + 1}: " in message
    assert kept.left_out.by_rule == {"broken gzip": 1}


def test_a_line_without_end_is_refused_and_what_follows_it_is_read(recorded: Write) -> None:
    endless = b'{"id": "' + b"x" * (2 * LONGEST) + b'"}\n'
    path = recorded(TURN, endless, BARE)
    assert ":2: a line holds one turn and has at most 8 MiB" in error(path)
    recording = read(path, skip_bad=True)
    assert (len(recording.columns), recording.left_out.by_rule) == (2, {"line too long": 1})


def test_a_bad_line_is_met_before_the_rest_is_read(recorded: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(io.BytesIO):
        def peek(self, _: int) -> bytes:
            return b"{"

        def readline(self, size: int | None = -1, /) -> bytes:
            self.lines = getattr(self, "lines", 0) + 1
            return b"no json\n" if self.lines > 5000 else json.dumps(dict(BARE, id=str(self.lines))).encode() + b"\n"

    class Stdin:
        buffer = Endless()

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert error("-").startswith("standard input:5001: is not JSON")


def test_skipping_goes_on_and_counts_what_it_left_out_by_rule(recorded: Write) -> None:
    bad = [changed("speech.end_ms", 2.5), b"garbage\n", dict(TURN, id="t8", sesion="s"), TURN, b"garbage\n"]
    recording = read(recorded(TURN, *bad, BARE), skip_bad=True)
    assert [name.decode() for name in recording.columns.ids] == ["t1", "t2"]
    assert recording.left_out.by_rule == {
        "out of order": 1, "not JSON": 2, "unknown key": 1, "duplicate id": 1,
    }  # fmt: skip
    assert recording.left_out.count == len(recording.left_out.examples) == 5
    assert ":2: speech: end_ms must not come before" in recording.left_out.examples[0]


def test_a_turn_left_out_does_not_take_its_id(recorded: Write) -> None:
    bad = dict(BARE, speech={"end_ms": 2.5})
    assert len(read(recorded(bad, BARE), skip_bad=True).columns) == 1


def test_skipping_every_line_is_an_error(recorded: Write) -> None:
    with pytest.raises(RecordingError, match=r"no turn is left: 2 lines were left out, the first: .*:1: is not"):
        read(recorded(b"one\n", b"two\n"), skip_bad=True)


def test_the_examples_of_the_timing_model_are_sound(shared: Path, recorded: Write) -> None:
    examples = (shared / "design" / "examples-2.jsonl").read_text().splitlines()
    assert len(read(recorded(*(json.loads(line)["turn"] for line in examples))).columns) == 318
