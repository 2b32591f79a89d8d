"""Traces in OTLP: JSON and protobuf, with known names and by a mapping."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.importers import Imported, import_recording
from pipeline.importers.files import File
from pipeline.importers.otlp.otlp import Otlp
from pipeline.importers.otlp.protobuf import BrokenOff, spans_of
from stages.errors import InputError, RecordingError, UnknownName
from tests.pipeline.importers.livekit_source import spans as livekit_spans
from tests.pipeline.importers.otlp_source import plain, protobuf, request, span
from tests.pipeline.importers.pipecat_source import spans as pipecat_spans

PIPECAT = [span(one) for one in pipecat_spans()]
LIVEKIT = [span(one) for one in livekit_spans()]


def imported(tmp_path: Path, content: bytes, format: str = "auto", **options: str) -> Imported:
    (tmp_path / "traces").write_bytes(content)
    return import_recording(format, [tmp_path / "traces"], options)


def timings(done: Imported) -> list[tuple[object, ...]]:
    return [
        (turn.speech.end_ms, turn.asr.final_ms, turn.llm.ttft_ms, turn.tts.ttfb_ms, turn.response_ms, turn.overlaps)
        for turn in done.turns
    ]


@pytest.mark.parametrize(("spans", "format"), [(PIPECAT, "pipecat"), (LIVEKIT, "livekit")])
def test_spans_of_a_framework_give_what_its_own_importer_gives(
    tmp_path: Path, spans: list[dict[str, Any]], format: str
) -> None:
    source = {"pipecat": pipecat_spans(), "livekit": livekit_spans()}[format]
    own = imported(tmp_path, b"\n".join(json.dumps(one).encode() for one in source), format)
    as_json = imported(tmp_path, json.dumps(request(spans)).encode())
    as_protobuf = imported(tmp_path, protobuf(spans))
    assert as_json.report.format == as_protobuf.report.format == "otlp"
    assert timings(as_json) == timings(as_protobuf)
    assert len(timings(as_json)) == len(own.turns)
    for ours, theirs in zip(as_json.turns, own.turns, strict=True):
        assert ours.response_ms == pytest.approx(theirs.response_ms, abs=0.01)
        assert ours.speech.end_ms == pytest.approx(theirs.speech.end_ms, abs=0.01)


def test_requests_one_a_line_are_one_trace(tmp_path: Path) -> None:
    lines = b"\n".join(json.dumps(request([one])).encode() for one in PIPECAT)
    assert timings(imported(tmp_path, lines)) == timings(imported(tmp_path, json.dumps(request(PIPECAT)).encode()))


def own_agent() -> list[dict[str, Any]]:
    return [
        plain("listen", 1, 0, 1000),
        plain("transcribe", 2, 900, 1250),
        plain("think", 3, 1300, 2500, ttft_ms=420.0),
        plain("say", 4, 1900, 2600, ttfb_ms=180),
        plain("playback", 5, 2100, 4000),
    ]


def test_spans_of_ones_own_agent_are_read_by_a_mapping(tmp_path: Path) -> None:
    mapping = "user=listen, stt=transcribe|asr, llm=think, tts=say, agent=playback"
    (turn,) = imported(tmp_path, json.dumps(request(own_agent())).encode(), "otlp", map=mapping).turns
    assert (turn.speech.end_ms, turn.asr.final_ms, turn.response_ms) == (1000, 250, 1100)
    assert turn.llm.ttft_ms is not None
    assert turn.tts.ttfb_ms is not None
    assert (turn.llm.ttft_ms[0], turn.tts.ttfb_ms[0]) == (420, 180)


def test_names_of_generative_ai_give_an_exchange_a_trace(tmp_path: Path) -> None:
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.server.time_to_first_token": 0.3, "gen_ai.prompt": "secret"}
    content = json.dumps(request([plain("chat gpt", 1, 0, 900, **attributes)])).encode()
    (turn,) = imported(tmp_path, content).turns
    assert turn.llm.ttft_ms is not None
    assert turn.llm.ttft_ms[0] == 300
    assert turn.response_ms is None


def test_traces_without_a_stage_and_wrong_mappings_are_refused(tmp_path: Path) -> None:
    content = json.dumps(request([plain("GET /", 1, 0, 5)])).encode()
    with pytest.raises(RecordingError, match="name them with --map"):
        imported(tmp_path, content)
    with pytest.raises(UnknownName, match="role of a span"):
        imported(tmp_path, content, "otlp", map="lm=x")
    with pytest.raises(InputError, match="must be the name of a span"):
        imported(tmp_path, content, "otlp", map='{"llm": 3}')


def test_protobuf_that_breaks_off_keeps_its_whole_spans(tmp_path: Path) -> None:
    content = protobuf(PIPECAT)
    with pytest.raises(BrokenOff):
        list(spans_of(content[: len(content) // 2]))
    assert Otlp().recognise(File("x", content[:400])) is not None
    assert Otlp().recognise(File("x", b"\n\n\nhello\n")) is None
