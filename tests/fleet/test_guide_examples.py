"""The examples of docs/guide/mqtt.md and the script of docs/guide/fleet.md, run as they stand there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fleet.processes import Fleet, wait_for

GUIDE = Path(__file__).parents[2] / "docs" / "guide"


def block(page: str, language: str, place: int = 0) -> str:
    """A block of code of a page."""
    text = (GUIDE / f"{page}.md").read_text(encoding="utf-8")
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return found[place]


def ran(fleet: Fleet, *command: str) -> None:
    environment = os.environ | {"PORT": str(fleet.broker.port)}
    subprocess.run(command, check=True, cwd=fleet.folder, env=environment, timeout=30)


def test_the_examples_for_mosquitto_pub_and_python_are_stored(fleet: Fleet) -> None:
    fleet.listening(fleet.collector())
    ran(fleet, "sh", "-c", block("mqtt", "sh", 1))
    ran(fleet, sys.executable, "-c", block("mqtt", "python"))
    wait_for(lambda: fleet.stored() == 3)
    assert fleet.asked("SELECT COUNT(*) FROM turns WHERE settings IS NOT NULL") == 2
    assert fleet.asked("SELECT COUNT(*) FROM aside") == 0
    wait_for(lambda: fleet.asked("SELECT COUNT(*) FROM agents WHERE agent = 'toy-2' AND status = 'offline'") == 1)


@pytest.mark.skipif(
    shutil.which("gcc") is None or not Path("/usr/include/mosquitto.h").exists(), reason="needs gcc, libmosquitto-dev"
)
def test_the_example_in_c_compiles_without_a_warning_and_is_stored(fleet: Fleet) -> None:
    (fleet.folder / "agent.c").write_text(block("mqtt", "c"))
    ran(fleet, "gcc", "-Wall", "-Wextra", "-Werror", "agent.c", "-lmosquitto", "-o", "agent")
    fleet.listening(fleet.collector())
    ran(fleet, "./agent")
    assert wait_for(lambda: fleet.asked("SELECT COUNT(*) FROM turns WHERE agent = 'toy-3'") == 1)


def warm_up(folder: Path, environment: dict[str, str]) -> None:
    """Compile the kernel before agents live by the clock; what it takes is no part of the script."""
    said = subprocess.run(
        [
            "bash",
            "-c",
            "turntempo simulate ai-tutor -n 300 -o warm.jsonl && turntempo tune warm.jsonl --budget 50 -o warm",
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
    )
    assert said.returncode in (0, 1), said.stderr


def test_the_script_of_the_guide_makes_a_fleet_faster_and_takes_a_bad_publication_back(tmp_path: Path) -> None:
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    warm_up(tmp_path, environment)
    begun = time.monotonic()
    with open(tmp_path / "out.txt", "w") as out:
        command = ["bash", "-c", block("fleet", "sh")]
        subprocess.run(command, check=True, cwd=tmp_path, env=environment, stdout=out, stderr=out)
    said = (tmp_path / "out.txt").read_text()
    print(f"{time.monotonic() - begun:.0f} s\n{said}")  # noqa: T201
    logged = [json.loads(line) for line in (tmp_path / "toys" / "log.jsonl").read_text().splitlines()]
    events = [one for one in logged if not one.get("details", {}).get("begun")]
    kinds = [one["kind"] for one in events if one["kind"] in ("published", "promoted", "rolled_back")]
    assert kinds == ["published", "promoted", "published", "rolled_back"]
    promoted = next(one for one in events if one["kind"] == "promoted")["details"]["comparison"]
    assert promoted["response_ms"]["high"] < 0
    assert [one["name"] for one in promoted["limits"] if one["standing"] == "missed"] == []
    assert "exit code 1" in said
