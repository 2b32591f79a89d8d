"""Runs real frameworks with scripted callers and stages, records them, and writes what happened beside the recordings.

`make recorder-runs`, or `python -m scripts.staged.runs FOLDER [NAME...]` in the environment of the vendors: some
minutes a run. docs/fidelity.md has what came of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scripts.staged.caller import Caller, Truth
from scripts.staged.script import script
from stages.settings import Settings

SESSIONS, TURNS = 4, 26
"""Sessions at the same time, and turns of each."""

LOCAL_SESSIONS, LOCAL_TURNS = 1, 104
"""The same of runs whose stages compute on this machine: two calls at once would wait for each other."""

SHORT = 4
"""Turns of each session of a short run."""

Make = Callable[[Path, str], Any]


def _livekit(handling: dict[str, Any]) -> Make:
    def make(file: Path, name: str) -> Any:
        from scripts.staged.livekit_stage import LiveKitAgent
        from turntempo.recorders.livekit import TurnRecorder

        agent = LiveKitAgent({"turn_detection": "vad"} | handling)
        return agent, TurnRecorder(agent.session, file, name=name)

    return make


def _pipecat(stop: str, seconds: float, **more: Any) -> Make:
    def make(file: Path, name: str) -> Any:
        from scripts.staged import pipecat_stage
        from turntempo.recorders.pipecat import TurnRecorder

        recorder = TurnRecorder(file, name=name)
        return pipecat_stage.PipecatAgent(getattr(pipecat_stage, stop)(seconds), [recorder], **more), recorder

    return make


def _call(of: str, changes: dict[str, Any]) -> Make:
    def make(file: Path, name: str) -> Any:
        from scripts.staged import call_stage

        agent = getattr(call_stage, of)(Settings().replace(CALLED | changes), file, name)
        return agent, agent

    return make


CALLED: dict[str, Any] = {"llm.timeout_ms": 1_400.0, "barge_in.min_speech_ms": 350.0}
SOON: dict[str, Any] = {"endpointing.silence_ms": 400.0, "eager.on": "final"}
LATE: dict[str, Any] = {"endpointing.silence_ms": 700.0, "tts.first_chunk": "clause", "barge_in.min_speech_ms": 600.0}
PATIENT: dict[str, Any] = {"llm.timeout_ms": 10_000.0}
"""Real stages of a small machine are slow at times."""

RUNS: dict[str, Make] = {
    "livekit-400": _livekit(
        {"endpointing": {"min_delay": 0.4, "max_delay": 3.0}, "preemptive_generation": {"enabled": True}}
    ),
    "livekit-700": _livekit(
        {
            "endpointing": {"min_delay": 0.7, "max_delay": 3.0},
            "preemptive_generation": {"enabled": False},
            "interruption": {"min_duration": 0.35},
        }
    ),
    "pipecat-600": _pipecat("speech_timeout", 0.6),
    "pipecat-300": _pipecat("speech_timeout", 0.3, stop_secs=0.3),
    "call-400": _call("ScriptedCall", SOON),
    "call-700": _call("ScriptedCall", LATE),
    "local-400": _call("LocalCall", SOON | PATIENT),
    "local-700": _call("LocalCall", LATE | PATIENT),
}
"""Run -> the agent and its recorder."""


async def _session(make: Make, number: int, file: Path, turns: int) -> list[Truth]:
    await asyncio.sleep(0.37 * number)
    agent, recorder = make(file, f"s{number}")
    async with agent.running():
        truths: list[Truth] = await getattr(agent, "caller", Caller)(agent, script(number, turns), seed=number).call()
    recorder.close()
    return truths


def length(name: str, short: bool = False) -> tuple[int, int]:
    """Sessions and turns of each in a run."""
    sessions, turns = (LOCAL_SESSIONS, LOCAL_TURNS) if name.startswith("local") else (SESSIONS, TURNS)
    return (sessions, SHORT) if short else (sessions, turns)


async def _run(name: str, folder: Path, short: bool) -> None:
    file = folder / f"{name}.jsonl"
    file.unlink(missing_ok=True)
    sessions, turns = length(name, short)
    held = await asyncio.gather(*(_session(RUNS[name], number, file, turns) for number in range(sessions)))
    truths = [truth for session in held for truth in session]
    _packed(folder / f"{name}.truth.jsonl.gz", [json.dumps(asdict(truth)) for truth in truths])
    _packed(folder / f"{name}.jsonl.gz", file.read_text().splitlines())
    file.unlink()
    print(f"{name}: {len(truths)} turns", flush=True)


def _packed(file: Path, lines: list[str]) -> None:
    with gzip.GzipFile(file, "wb", mtime=0) as stream:
        stream.write("".join(line + "\n" for line in lines).encode())


def main(folder: Path, names: list[str], short: bool = False) -> None:
    """Make the runs, one after the other."""
    logging.basicConfig(level=logging.WARNING)
    try:
        from loguru import logger

        logger.remove()
        logger.add(sys.stderr, level="CRITICAL")
    except ImportError:
        pass
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or [name for name in RUNS if name.startswith(("livekit", "pipecat"))]:
        with _models(name):
            asyncio.run(_run(name, folder, short))


def _models(name: str) -> contextlib.AbstractContextManager[None]:
    """What has to run besides the sessions."""
    if not name.startswith("local"):
        return contextlib.nullcontext()
    from scripts.staged.call_stage import local_models

    return local_models()


if __name__ == "__main__":
    main(Path(sys.argv[1]), [name for name in sys.argv[2:] if name != "--short"], "--short" in sys.argv)
