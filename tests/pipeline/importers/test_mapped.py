"""Tables of any tool, by a mapping given or proposed."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.importers import Imported, import_recording
from pipeline.importers.mapped.mapping import Column, as_options, from_text, given, proposed
from pipeline.importers.mapped.values import Reader
from stages.errors import InputError, RecordingError, UnknownName
from tests.pipeline.importers.sources import TABLE


def imported(tmp_path: Path, text: str, name: str = "calls.csv", **options: str) -> Imported:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return import_recording("table", [tmp_path / name], options)


def timings(done: Imported) -> list[tuple[float | None, float | None, float | None]]:
    return [
        (turn.asr.final_ms, turn.llm.ttft_ms[0] if turn.llm.ttft_ms else None, turn.response_ms) for turn in done.turns
    ]


def test_durations_are_read_by_a_mapping_with_units(tmp_path: Path) -> None:
    text = "a,b,c,d\n0.2,300,1.5,x\n0.3,400,,y\n"
    done = imported(tmp_path, text, map="final_ms=a:s, ttft_ms=b, response_ms=c:s, session=d")
    assert timings(done) == [(200, 300, 1500), (300, 400, None)]
    assert {turn.session for turn in done.turns} == {"x", "y"}


def test_a_mapping_is_proposed_from_the_header_and_said(tmp_path: Path) -> None:
    done = imported(tmp_path, "call_id,stt_latency_ms,llm_ttft_s,e2e (ms)\nc,200,0.3,900\n")
    assert timings(done) == [(200, 300, 900)]
    assert any("the mapping was proposed" in note.message for note in done.report.notes)


def test_the_unit_of_a_table_is_judged_by_its_values_or_an_option(tmp_path: Path) -> None:
    assert timings(imported(tmp_path, "stt,llm,total\n0.2,0.3,1.1\n")) == [(200, 300, 1100)]
    assert timings(imported(tmp_path, "stt,llm,total\n200,300,1100\n")) == [(200, 300, 1100)]
    assert timings(imported(tmp_path, "stt,llm,total\n20,25,1100\n", unit="ms")) == [(20, 25, 1100)]


def test_moments_show_who_spoke_when(tmp_path: Path) -> None:
    done = imported(tmp_path, TABLE.decode())
    assert [turn.response_ms for turn in done.turns] == pytest.approx([1100, 900, 1400, 1200])
    second = done.turns[1]
    assert [overlap.kind for overlap in second.overlaps or ()] == ["interrupt"]
    assert [overlap.at_ms for overlap in second.overlaps or ()] == [1600]
    origins = {field.field: field.origin for field in done.report.fields}
    assert origins["llm.ttft_ms"] == "measured"
    assert origins["response_ms"] == "derived"


def test_moments_in_between_give_durations(tmp_path: Path) -> None:
    text = (
        "speech_end,final_at,commit_at,llm_start,first_token_at,agent_start\n"
        "2026-01-01T10:00:00.000Z,2026-01-01T10:00:00.250Z,2026-01-01T10:00:00.600Z,2026-01-01T10:00:00.650Z,"
        "2026-01-01T10:00:01.000Z,2026-01-01T10:00:01.500Z\n"
    )
    done = imported(
        tmp_path,
        text,
        map="speech_end=speech_end,final_at=final_at,request_at=llm_start,"
        "first_token_at=first_token_at,reply_start=agent_start,commit_at=commit_at",
    )
    assert timings(done) == [(250, 350, 1500)]
    assert [turn.llm.lead_ms for turn in done.turns] == [50]


def test_nested_json_lines_and_parquet_are_read(tmp_path: Path) -> None:
    rows = [{"id": "c", "llm": {"ttft": 300}, "lat": {"total": 900, "stt": 100}}]
    text = "\n".join(json.dumps(row) for row in rows)
    mapping = "ttft_ms=llm.ttft, response_ms=lat.total, final_ms=lat.stt"
    assert timings(imported(tmp_path, text, "x.jsonl", map=mapping)) == [(100, 300, 900)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "x.parquet")
    assert timings(import_recording("table", [tmp_path / "x.parquet"], {"map": mapping})) == [(100, 300, 900)]


def test_cells_that_are_no_numbers_are_faults_and_empty_ones_unknown(tmp_path: Path) -> None:
    done = imported(tmp_path, "stt,llm,total\nx,300,900\n-,310,n/a\n1,2\n")
    assert timings(done) == [(None, 300, 900), (None, 310, None)]
    assert {fault.kind: fault.count for fault in done.report.faults} == {"impossible": 1, "broken_line": 1}


def test_parts_that_add_up_to_more_than_the_whole_are_kept_and_said(tmp_path: Path) -> None:
    done = imported(tmp_path, "stt,llm,tts,total\n149,1724,450,1861\n")
    assert timings(done) == [(149, 1724, 1861)]
    assert [fault.kind for fault in done.report.faults] == ["sum_over_whole"]


def test_a_table_in_markdown_is_left_to_typed_figures(tmp_path: Path) -> None:
    (tmp_path / "ticket.md").write_text("| stt | llm | total |\n|---|---|---|\n| 149 | 724 | 1861 |\n")
    assert import_recording("auto", [tmp_path]).report.format == "figures"


def test_wrong_mappings_are_refused_with_the_closest_name(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean ttft_ms"):
        imported(tmp_path, "a,b\n1,2\n", map="ttft=a")
    with pytest.raises(InputError, match=r"no column 'llmm' for ttft_ms. Did you mean llm\?"):
        imported(tmp_path, "stt,llm\n1,2\n", map="ttft_ms=llmm")
    with pytest.raises(InputError, match="write NAME=COLUMN"):
        from_text("ttft_ms")
    with pytest.raises(InputError, match="must be the name of a column"):
        given({"ttft_ms": 3})
    with pytest.raises(RecordingError, match="names no two stages"):
        imported(tmp_path, "a,b\n1,2\n")


def test_a_mapping_is_written_with_its_units_and_read_back_the_same() -> None:
    columns = given({"ttft_ms": "a:s", "final_ms": "stt_ms", "session": "call", "speech_end": "end"})
    assert columns["final_ms"] == Column("stt_ms", 1.0)
    assert given(from_text(as_options(columns))) == columns


def test_headers_of_other_tables_propose_nothing() -> None:
    assert proposed(["name", "age", "model_name", "tokens"]) == {}
    assert proposed(["Session ID", "LLM TTFT (ms)"]) == {
        "session": Column("Session ID", None),
        "ttft_ms": Column("LLM TTFT (ms)", 1.0),
    }


ODD = {
    "german.csv": (
        "Anruf;Runde;STT Latenz (s);LLM first token (s);TTS first byte (s);Total latency (s)\n"
        "k1;1;0,25;0,48;0,21;1,32\nk1;2;0,31;0,52;0,19;1.001,41\n",
        ("k1", 250, 480, 210, 1320, None),
    ),
    "chinese.csv": (
        "会话,轮次,用户开始说话,用户停止说话,识别耗时,大模型首字耗时,语音合成首包耗时,总响应时间\n"
        "s1,1,2026-03-01T10:00:01.200+08:00,2026-03-01T10:00:03.000+08:00,210,450,180,1450\n",
        ("s1", 210, 450, 180, 1450, 1800),
    ),
    "nested.jsonl": (
        '{"conversation_id":"x","turn_no":1,'
        '"timings":{"asr":0.2,"llm_first_token":0.5,"tts_first_audio":0.25,"e2e":1.4}}\n',
        ("x", 200, 500, 250, 1400, None),
    ),
    "moments.csv": (
        "call_sid,user_started_at,user_stopped_at,bot_started_at,bot_stopped_at,llm ttft,tts ttfb\n"
        "CA1,2026-03-01 10:00:01.2,2026-03-01 10:00:03.0,2026-03-01 10:00:04.3,2026-03-01 10:00:06.0,0.5,0.2\n",
        ("CA1", None, 500, 200, 1300, 1800),
    ),
}
"""Name -> the table, and session, final, first token, first audio, response and length of speech of its first turn."""


@pytest.mark.parametrize("name", sorted(ODD))
def test_a_mapping_is_proposed_for_tables_with_names_of_all_kinds(tmp_path: Path, name: str) -> None:
    content, expected = ODD[name]
    (tmp_path / name).write_text(content, encoding="utf-8")
    turn = import_recording("table", [tmp_path / name]).turns[0]
    ttft, ttfb = (turn.llm.ttft_ms or [None])[0], (turn.tts.ttfb_ms or [None])[0]
    spoken = turn.speech.end_ms if expected[-1] is not None else None
    assert (turn.session, turn.asr.final_ms, ttft, ttfb, turn.response_ms, spoken) == expected


def test_parquet_with_dates_and_names_in_words_is_proposed_a_mapping(tmp_path: Path) -> None:
    row = {
        "dialog": "p1",
        "EOU delay ms": 620.0,
        "LLM TTFB (ms)": 480.0,
        "TTS TTFB (ms)": 150.0,
        "response latency": 1480.0,
    }
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "calls.parquet")
    turn = import_recording("table", [tmp_path / "calls.parquet"]).turns[0]
    assert (turn.session, turn.llm.ttft_ms and turn.llm.ttft_ms[0], turn.response_ms) == ("p1", 480, 1480)


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("bot audio", "reply_start"),
        ("Agent first audio", "reply_start"),
        ("first_audio_at", "reply_start"),
        ("assistant_audio_start", "reply_start"),
        ("bot_audio_end", "reply_end"),
        ("end_of_speech", "speech_end"),
        ("VAD end time", "speech_end"),
    ],
)
def test_a_moment_is_known_by_the_names_that_logs_have_for_it(column: str, field: str) -> None:
    found = proposed([column, "LLM TTFT (ms)", "asr final (ms)"])
    assert found[field].name == column


def test_a_duration_to_the_first_audio_is_no_moment() -> None:
    assert "reply_start" not in proposed(["first_audio_ms", "LLM TTFT (ms)", "asr final (ms)"])


@pytest.mark.parametrize(
    ("cell", "values", "wrong"),
    [
        *((cell, {}, []) for cell in ("", " ", "-", "null", "None", "N/A", "nan", " NaN ", None)),
        *((cell, {}, ["ttft_ms"]) for cell in ("inf", "1e400", "x", True, [1])),
        *((cell, {"ttft_ms": 250_000.0}, []) for cell in (250, 250.0, "250", " 250 ")),
    ],
)
def test_a_cell_is_a_number_or_empty_or_wrong(cell: object, values: dict[str, float], wrong: list[str]) -> None:
    reader = Reader({"session": Column("s"), "ttft_ms": Column("t"), "final_ms": Column("f", 1.0)}, unit=1000.0)
    found = reader.held({"s": "a", "t": cell})
    assert (found.values, found.names, found.wrong) == (values, {"session": "a"}, wrong)
