"""The commands of docs/guide/log-*.md and audio.md, word for word, on files of the names that they have there."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.importers.observed.timeline import Commit, Draw, Final, Gap, Request, Sound, Synthesis
from pipeline.importers.spoken_text import Tokens
from pipeline.recordings import read
from stages.settings import Settings
from tests.audio.calls import MISSING, WHY
from tests.pipeline.importers.otlp_source import plain, request
from tests.pipeline.importers.sources import SOURCES, TABLE
from tests.turntempo.conftest import Ran
from turntempo.recorders.session import SessionLog
from turntempo.recorders.sink import FileSink

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
COMMAND = re.compile(r"^(turntempo (?:\\\n|.)*)$", re.MULTILINE)
ELSEWHERE = ("listen",)
"""Commands that run until they are stopped: tests/fleet has them."""

PAGES = sorted(path.stem for path in GUIDE.glob("log-*.md"))


def json_bytes(held: object) -> bytes:
    return json.dumps(held).encode()


def table_lines() -> bytes:
    header, *rows = (line.split(";") for line in TABLE.decode().splitlines())
    held = [dict(zip(header, row, strict=True)) for row in rows]
    return b"\n".join(
        json_bytes({"id": row["call_id"], "stt": row["llm_ttft_ms"], "tts": {"ms": row["tts_ttfb_ms"]}}) for row in held
    )


def own_traces() -> bytes:
    spans = [
        plain("listen", 1, 0, 1200),
        plain("think", 2, 1500, 2300, time_to_first_token_ms=400.0),
        plain("say", 3, 2000, 2200),
        plain("playback", 4, 2250, 4000),
    ]
    return json_bytes(request(spans))


def parquet(path: Path) -> None:
    from pyarrow import Table
    from pyarrow.parquet import write_table

    held = [{"call": "c1", "llm_first_token": 0.4 + place / 10, "e2e": 1.2 + place / 10} for place in range(3)]
    write_table(Table.from_pylist(held), path)


def files() -> dict[str, dict[str, bytes]]:
    """Page -> file -> bytes."""
    xiaozhi, agora, deepgram = SOURCES["xiaozhi"], SOURCES["agora"], SOURCES["deepgram"]
    page = json.loads(agora["turns.json"])
    second = page | {"turns": [page["turns"][-1] | {"turn_id": 5}]}
    join = {"name": "a", "properties": {"channel": "room", "vad": {"silence_duration_ms": 480}}}
    livekit, pipecat = SOURCES["livekit"], SOURCES["pipecat"]
    silence = {"SdkAppId": 1, "RoomId": "r", "AgentConfig": {}, "STTConfig": {"VadSilenceTime": 900}}
    return {
        "log-agora": {
            "turns-page-1.json": agora["turns.json"],
            "turns-page-2.json": json_bytes(second),
            "join.json": json_bytes(join),
            "webhooks.jsonl": agora["events.jsonl"],
        },
        "log-deepgram": {"messages.jsonl": deepgram["agent.jsonl"]},
        "log-elevenlabs": {"conversation.json": SOURCES["elevenlabs"]["conv_1.json"]},
        "log-figures": {"ticket.md": SOURCES["figures"]["ticket.md"], "settings.json": b"{}"},
        "log-home-assistant": {"run.json": SOURCES["home-assistant"]["runs.jsonl"].splitlines()[0]},
        "log-livekit": {"session_report.json": livekit["session_report.json"], "spans.jsonl": livekit["spans.jsonl"]},
        "log-openai-realtime": {"events.jsonl": next(iter(SOURCES["openai-realtime"].values()))},
        "log-otlp": {"traces.json": SOURCES["otlp"]["traces.json"], "own.json": own_traces()},
        "log-pipecat": {
            "spans.json": pipecat["otel_spans.json"],
            "latency.jsonl": pipecat["breakdowns.jsonl"],
            "metrics.jsonl": pipecat["metrics.jsonl"],
            "bot.log": pipecat["log.txt"],
        },
        "log-retell": {"call.json": SOURCES["retell"]["call.json"]},
        "log-table": {
            "calls.csv": TABLE,
            "rows.jsonl": table_lines(),
            "mapping.json": json_bytes({"session": "id", "ttft_ms": "stt", "ttfb_ms": "tts.ms"}),
        },
        "log-trtc": {"metrics.jsonl": SOURCES["trtc"]["metrics.jsonl"], "start.json": json_bytes(silence)},
        "log-vapi": {"call.json": SOURCES["vapi"]["call.json"]},
        "log-xiaozhi": {
            "tmp/server.log": xiaozhi["server.log"],
            "data/.config.yaml": b"VAD:\n  SileroVAD:\n    min_silence_duration_ms: 700\n",
            "messages.jsonl": xiaozhi["messages.jsonl"],
        },
        "audio": SOURCES["audio"],
    }


def commands(page: str) -> list[list[str]]:
    """The commands of all blocks of a page."""
    text = (GUIDE / f"{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    found = [shlex.split(line, comments=True)[1:] for block in blocks for line in COMMAND.findall(block)]
    return [one for one in found if one[0] not in ELSEWHERE]


@pytest.mark.parametrize(
    "page",
    [*PAGES, pytest.param("audio", marks=pytest.mark.skipif(bool(MISSING), reason=WHY))],
)
def test_the_commands_of_a_page_work_as_they_stand_there(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Callable[..., Ran]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in files()[page].items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    if page == "log-table":
        parquet(tmp_path / "calls.parquet")
    made = commands(page)
    assert len(made) >= 2
    codes = [run(*arguments).code for arguments in made]
    assert set(codes) <= {0, 1}, list(zip(made, codes, strict=True))
    written = [arguments[arguments.index("-o") + 1] for arguments in made if "-o" in arguments]
    assert [len(read(tmp_path / name).columns) > 0 for name in written] == [True] * len(written)


def test_the_commands_of_the_recorders_page_work_on_what_a_recorder_writes(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    log = SessionLog(FileSink(tmp_path / "calls.jsonl"), "room-1", settings=Settings())
    for start in range(0, 300_000, 10_000):
        gap, reply = Gap(start + 300.0, start + 500.0, 20.0, 30.0), f"reply-{start}"
        log.speech(Sound(start, start + 900.0, gaps=(gap,), release_ms=20.0, onset_lag_ms=30.0))
        log.add("finals", Final(start + 1_050.0, 4))
        log.add("commits", Commit(start + 1_400.0, reply, lead_ms=10.0))
        draws, counted = (Draw(300.0),), Tokens(4, 8, 16)
        log.add("requests", Request(start + 1_410.0, draws, start + 1_710.0, True, reply, 20.0, counted, 16))
        log.add("syntheses", Synthesis(start + 1_850.0, (Draw(140.0),), reply, 2_000.0, 16))
        log.agent_began(start + 2_000.0, reply)
        log.agent_stopped(start + 4_000.0)
    log.flush(last=True)
    made = commands("recorders")
    assert len(made) >= 2
    assert {run(*arguments).code for arguments in made} <= {0, 1}


@pytest.mark.parametrize("framework", ["livekit", "pipecat"])
def test_the_recorders_page_gives_arguments_that_recorders_take(framework: str) -> None:
    page = (GUIDE / "recorders.md").read_text(encoding="utf-8")
    source = ast.parse((GUIDE.parents[1] / "turntempo" / "recorders" / f"{framework}.py").read_text(encoding="utf-8"))
    (made,) = (one for one in ast.walk(source) if isinstance(one, ast.FunctionDef) and one.name == "__init__")
    taken = {one.arg for one in (*made.args.args, *made.args.kwonlyargs)}
    named = {name for call in re.findall(r"TurnRecorder\(([^)]*)", page) for name in re.findall(r"(\w+)=", call)}
    own = {"vad_analyzer"} if framework == "livekit" else set()
    assert {"text", "audio", "name", "tags"} <= named
    assert named - taken - own - {"agent"} == set()


def test_the_code_of_the_recorders_page_is_python() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (GUIDE / "recorders.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 6
    assert all(ast.parse(block).body for block in blocks)


def test_no_page_names_an_index_that_has_no_such_package() -> None:
    pages = [*GUIDE.glob("*.md"), GUIDE.parents[1] / "README.md"]
    named = [path.name for path in pages if re.search(r"pip install ['\"]?turntempo", path.read_text(encoding="utf-8"))]
    assert named == []
