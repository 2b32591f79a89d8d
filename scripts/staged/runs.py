"""Runs real frameworks with scripted callers and stages, records them, and writes what happened beside the recordings.

`make recorder-runs`, or `python -m scripts.staged.runs FOLDER [NAME...]` in the environment of the vendors: some
minutes a run. docs/fidelity.md has what came of it.
"""

from __future__ import annotations

import asyncio
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

SESSIONS, TURNS = 4, 16
"""Sessions at the same time, and turns of each."""

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
}
"""Run -> the agent and its recorder."""


async def _session(make: Make, number: int, file: Path, turns: int) -> list[Truth]:
    await asyncio.sleep(0.37 * number)
    agent, recorder = make(file, f"s{number}")
    async with agent.running():
        truths = await Caller(agent, script(number, turns), seed=number).call()
    recorder.close()
    return truths


async def _run(name: str, folder: Path) -> None:
    file = folder / f"{name}.jsonl"
    file.unlink(missing_ok=True)
    held = await asyncio.gather(*(_session(RUNS[name], number, file, TURNS) for number in range(SESSIONS)))
    truths = [truth for session in held for truth in session]
    _packed(folder / f"{name}.truth.jsonl.gz", [json.dumps(asdict(truth)) for truth in truths])
    _packed(folder / f"{name}.jsonl.gz", file.read_text().splitlines())
    file.unlink()
    print(f"{name}: {len(truths)} turns", flush=True)


def _packed(file: Path, lines: list[str]) -> None:
    with gzip.GzipFile(file, "wb", mtime=0) as stream:
        stream.write("".join(line + "\n" for line in lines).encode())


def main(folder: Path, names: list[str]) -> None:
    """Make the runs, one after the other."""
    logging.basicConfig(level=logging.WARNING)
    try:
        from loguru import logger

        logger.remove()
        logger.add(sys.stderr, level="CRITICAL")
    except ImportError:
        pass
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or list(RUNS):
        asyncio.run(_run(name, folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
