"""Typed figures: what is understood of prose and tables, and the assumed recording that comes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.importers import Imported, import_recording
from pipeline.importers.any_recording import read_any
from pipeline.importers.files import File
from pipeline.importers.typed.quantities import whole
from pipeline.importers.typed.spread import TURNS, places, value_at
from pipeline.importers.typed.stage_names import column
from pipeline.importers.typed.typed import Typed
from stages.errors import RecordingError

LINE = "stt 120-150, llm 80-120, tts 500-800, felt 5 s\n"


def imported(tmp_path: Path, text: str, name: str = "ticket.md", **options: str) -> Imported:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return import_recording("figures", [path], options)


def ranges(done: Imported) -> dict[str, tuple[float, float]]:
    columns = done.columns
    found = {
        "stt": columns.final_ms,
        "llm": columns.ttft_ms[:, 0],
        "tts": columns.ttfb_ms[:, 0],
        "whole": columns.response_ms,
    }
    return {
        name: (round(float(values.min()), 3), round(float(values.max()), 3))
        for name, values in found.items()
        if not np.isnan(values).all()
    }


def test_a_typed_line_becomes_an_assumed_recording_within_its_ranges(tmp_path: Path) -> None:
    done = imported(tmp_path, LINE)
    assert done.report.assumed
    assert done.report.turns == TURNS
    assert {turn.session for turn in done.turns} == {"assumed-ticket"}
    assert ranges(done) == {
        "stt": (120.375, 149.625),
        "llm": (80.5, 119.5),
        "tts": (503.75, 796.25),
        "whole": (5000.0, 5000.0),
    }
    origins = {field.field: field.origin for field in done.report.fields}
    assert origins["llm.ttft_ms"] == origins["response_ms"] == "derived"
    assert origins["speech.pauses"] == origins["llm.token_ms"] == "absent"


@pytest.mark.parametrize(
    ("text", "llm"),
    [
        ("stt 0.12-0.15, llm 0.08-0.12, felt 5", (80.5, 119.5)),
        ("STT: ~130ms; LLM: 80 to 120 ms; TTS: 0.5 s", (80.5, 119.5)),
        ("Our ASR takes about 130 ms, the LLM roughly 80–120 ms and TTS 600 ms. It feels like 5 s.", (80.5, 119.5)),
        ("识别 120-150毫秒，大模型首字 80-120毫秒左右，TTS 0.6-0.9s，体感 5 秒以上", (80.5, 119.5)),
        ("STT 0,13 s, LLM 0,08 - 0,12 s, TTS 0,5 s, felt 5 s", (80.5, 119.5)),
        ("语音识别 120-150毫秒，大模型 80到120毫秒，语音合成 500-800毫秒，体感 5 秒", (80.5, 119.5)),
        ("| stage | min | max |\n|---|---|---|\n| STT (ms) | 120 | 150 |\n| LLM (ms) | 80 | 120 |\n", (80.5, 119.5)),
        ("stage,latency\nstt,130 ms\nllm,80-120 ms\n", (80.5, 119.5)),
        ("| stage | ms |\n|---|---|\n| stt | 130 |\n| llm | 100 |\n", (100, 100)),
    ],
)
def test_ranges_units_prose_and_tables_are_understood(tmp_path: Path, text: str, llm: tuple[float, float]) -> None:
    assert ranges(imported(tmp_path, text))["llm"] == llm


def test_a_table_with_a_line_a_turn_keeps_its_turns(tmp_path: Path) -> None:
    done = imported(
        tmp_path,
        "turn,asr_finalize_ms,llm_first_output_ms,tts_first_audio_ms,total\n1,149,1724,450,1861.0\n2,120,600,300,1900\n",
        "stages.csv",
    )
    assert not done.report.assumed
    assert [turn.asr.final_ms for turn in done.turns] == [149, 120]
    assert [turn.response_ms for turn in done.turns] == [1861, 1900]
    assert {field.field: field.measured for field in done.report.fields}["tts.ttfb_ms"] == 2
    assert [(fault.kind, fault.count) for fault in done.report.faults] == [("sum_over_whole", 1)]


def test_quantiles_of_a_table_are_met(tmp_path: Path) -> None:
    done = imported(
        tmp_path, "| stage | p50 | p95 |\n|---|---|---|\n| LLM | 400 ms | 900 ms |\n| TTS | 0.2 s | 0.3 s |\n"
    )
    ttft = done.columns.ttft_ms[:, 0]
    assert abs(np.quantile(ttft, 0.5) - 400) < 15
    assert abs(np.quantile(ttft, 0.95) - 900) < 60


def test_longer_responses_go_with_longer_parts(tmp_path: Path) -> None:
    columns = imported(tmp_path, "llm 100-2000 ms, tts 100-300 ms, total 1-3 s").columns
    parts = columns.ttft_ms[:, 0] + columns.ttfb_ms[:, 0]
    assert (np.diff(columns.response_ms[np.argsort(parts)]) >= 0).all()
    assert (columns.response_ms >= parts).all()


def test_the_wait_that_somebody_typed_is_no_part_of_a_turn_and_said(tmp_path: Path) -> None:
    notes = imported(tmp_path, "endpointing 640 ms, llm 300 ms, tts 100 ms").report.notes
    assert any("of the settings' making" in note.message for note in notes)


def test_a_unit_can_be_named(tmp_path: Path) -> None:
    done = imported(tmp_path, "stt 12, llm 25, tts 20", unit="ms")
    assert ranges(done)["llm"] == (25, 25)
    assert ranges(imported(tmp_path, "stt 12, llm 25, tts 20"))["llm"] == (25_000, 25_000)


def test_other_text_is_refused_and_not_recognised(tmp_path: Path) -> None:
    for text in ("The model is slow.\n", "LLM gpt-4 at 80%, TTS v2\n", "name,age\nx,3\n", "", "{\n"):
        assert Typed().recognise(File("ticket.md", text.encode())) is None
    with pytest.raises(RecordingError, match="holds no stage times"):
        imported(tmp_path, "The model is slow.\n")


def test_a_ticket_beside_logs_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "spurts.csv").write_text("conv,ch,start,end\n1,A,0,1\n1,B,2,3\n1,A,4,5\n1,B,6,8\n")
    (tmp_path / "ticket.md").write_text(LINE)
    done = import_recording("auto", [tmp_path])
    assert done.report.format == "spurts"
    assert any("ticket.md" in note.message for note in done.report.notes)


def test_commands_take_a_ticket_as_a_recording(tmp_path: Path) -> None:
    (tmp_path / "ticket.txt").write_text(LINE)
    found = read_any(tmp_path / "ticket.txt")
    assert found.imported is not None
    assert found.imported.report.assumed


def test_names_of_columns_are_known_with_their_units() -> None:
    for name, meant in {
        "asr_finalize_ms": ("final_ms", 1.0),
        "llm_agent_first_output_ms": ("ttft_ms", 1.0),
        "llmTtfbSecs": ("ttft_ms", 1000.0),
        "TTS TTFB (s)": ("ttfb_ms", 1000.0),
        "e2e_latency": ("response_ms", None),
        "total": ("response_ms", None),
    }.items():
        found = column(name)
        assert found is not None
        assert (found.figure, found.scale) == meant, name
    for name in ("llm_total_tokens", "tts_voice_name", "turn", "model_name", "asr_text"):
        assert column(name) is None, name


def test_a_cell_is_a_time_or_none() -> None:
    assert whole("1,724 ms").ms(1) == (1724, 1724)  # type: ignore[union-attr]
    assert whole("~300") is not None
    assert whole("300 tokens") is None
    assert whole("800-500") is None


def test_places_go_through_every_rank_once() -> None:
    assert all(sorted(places(figure)) == list(range(TURNS)) for figure in range(7))
    assert value_at(0.5, {0.0: 1.0, 1.0: 3.0}) == 2.0


def test_the_table_of_a_ticket_keeps_what_it_says() -> None:
    case = Path(__file__).parents[4] / "shared/data/cases/logs/stage_table.md"
    if not case.exists():
        pytest.skip("the folder shared beside the project is missing")
    done = import_recording("auto", [case])
    assert [(turn.asr.final_ms, turn.response_ms) for turn in done.turns] == [(149, 1861)]
    assert [fault.kind for fault in done.report.faults] == ["sum_over_whole"]


def test_a_time_that_nothing_names_is_left_out_by_name(tmp_path: Path) -> None:
    done = imported(
        tmp_path, "stt 130 ms, llm 100 ms.\nAt 24kHz, since 12:30:05, 5% wait, and then another 1.2 s passes.\n"
    )
    lost = [note.message for note in done.report.of("lost")]
    assert len(lost) == 1
    assert lost[0].endswith("ticket.md:2: 1.2 s: nothing near it says what it is the time of, so it is left out")


def test_a_table_with_semicolons_and_decimal_commas_is_read_without_its_row_of_sums(tmp_path: Path) -> None:
    text = "会话;ASR延迟(秒);LLM首字(秒);总耗时(秒)\ns1;0,31;1,2;3,9\ns1;0,28;;3,4\n合计;;;7,3\n"
    done = imported(tmp_path, text, "times.csv")
    assert [turn.response_ms for turn in done.turns] == [3900, 3400]
    assert [turn.asr.final_ms for turn in done.turns] == [310, 280]
    assert done.columns.ttft_ms[0, 0] == 1200
    assert any("1 rows that sum up the others" in note.message for note in done.report.of("info"))


@pytest.mark.parametrize("name", ["configmap.yaml", "agent.py", "Options.cs"])
def test_numbers_of_a_configuration_are_no_times_that_somebody_typed(name: str) -> None:
    assert Typed().recognise(File(name, LINE.encode())) is None
