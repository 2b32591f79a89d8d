"""Messy customers' files, each from the ticket to the reply; values are worked out by hand from what stands there."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.turntempo.customers.messy_files import FILES, KEY, SCRIPT, retell_agent

READ: dict[str, dict[str, tuple[object, str]]] = {
    "mail": {
        "endpointing.silence_ms": (700, "stated"),
        "endpointing.max_silence_ms": (900, "stated"),
        "barge_in.min_speech_ms": (316, "derived"),  # 0.3 s on the VAD's windows of 32 ms, and what it adds
        "barge_in.mode": ("interrupt", "vendor default"),
    },
    "comments": {
        "endpointing.silence_ms": (1200, "stated"),
        "endpointing.onset_ms": (600, "stated"),
        "llm.max_history": (8, "derived"),  # of 16 messages
        "barge_in.min_speech_ms": (160, "vendor default"),
    },
    "one file": {
        "endpointing.silence_ms": (100, "stated"),
        "endpointing.max_silence_ms": (1500, "stated"),
        "barge_in.min_speech_ms": (200, "stated"),
        "barge_in.min_words": (0, "stated"),
    },
    "address": {"endpointing.eot_threshold": (0.6, "stated"), "endpointing.max_silence_ms": (3000, "stated")},
    "typed": {"endpointing.silence_ms": (1800, "stated"), "llm.max_history": (5, "derived")},
    "config map": {"endpointing.silence_ms": (900, "stated"), "barge_in.mode": ("interrupt", "stated")},
    "conversation": {"endpointing.silence_ms": (640, "not known"), "llm.timeout_ms": (4000, "vendor default")},
}
FOUND = {
    "mail": "median 1,670 ms, p95 1,690 ms, cut off not known",  # 700 + 520 + 300 + 150
    "comments": "Measured median 2,690 ms, p95 2,730 ms",  # 120 + 1,250 + 180 + 740 + 160 + 240
    "one file": "median 1,350 ms, p95 2,750 ms, cut off not known",  # 220 + 100 + 680 + 350; 220 + 1,500 + 680 + 350
    "address": "users cut off 0 (n = 40)",  # 0.45 in a pause is below the threshold of 0.6, and 0.9 s below 3
    "typed": "As typed, not measured: median 3,500 ms",
    "config map": "median 1,490 ms, p95 1,530 ms",
    "conversation": "Measured median 1,850 ms, p95 1,870 ms",  # 900 + 570 + 120 + 160 + 100
}


@pytest.fixture
def files(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """The configuration and the log of a customer."""
    config, text, log, logged = FILES[request.param]
    (tmp_path / config).write_text(text(), encoding="utf-8")
    (tmp_path / log).write_text(logged(), encoding="utf-8")
    return tmp_path / config, tmp_path / log


def settings(run: Any, *given: object) -> dict[str, tuple[object, str]]:
    """Setting -> its value, and where that is from."""
    done = run("settings", "from", *given, "--json")
    assert done.code == 0, done.err
    held = done.json
    flat = {f"{group}.{name}": value for group, one in held["settings"].items() for name, value in one.items()}
    return {name: (value, held["origins"][name]) for name, value in flat.items()}


@pytest.mark.parametrize(("files", "customer"), [(name, name) for name in FILES], indirect=["files"], ids=list(FILES))
def test_no_number_has_to_be_taken_back(run: Any, files: tuple[Path, Path], customer: str, tmp_path: Path) -> None:
    config, log = files
    case = tmp_path / "case"
    found = settings(run, config)
    assert {name: found[name] for name in READ[customer]} == READ[customer]
    run("case", "new", case, "--title", "it is wrong", "--users-report", "it cuts them off")
    attached = run("case", "attach", case, "--recording", log, "--config", config)
    assert attached.code == 0, attached.err
    said = " ".join(run("diagnose", case).out.split())
    assert FOUND[customer] in said
    tuned = run("tune", case, "--budget", "40")
    assert tuned.code == 0, tuned.err
    assert "Nothing is recommended yet" in " ".join(tuned.out.split())  # of 40 turns nothing can be shown
    assert "are taken as it has them" not in tuned.err
    assert run("export", case).code == 0
    written = next((case / "export").glob("config.*"))
    again = settings(run, written)
    assert {name: again[name] for name in READ[customer]} == READ[customer]
    assert KEY not in written.read_text()
    assert run("report", case).code == 0
    letter = (case / "report" / "reply.md").read_text()
    assert "We recommend no change yet" in letter
    assert "deploy them" not in letter


def test_a_half_broken_script_says_what_is_not_known(run: Any, tmp_path: Path) -> None:
    script = tmp_path / "agent.ts"
    script.write_text(SCRIPT)
    found = settings(run, script)
    assert found["endpointing.max_silence_ms"] == (3000, "stated")
    assert found["barge_in.min_speech_ms"] == (816, "derived")
    assert found["endpointing.silence_ms"][1] == found["vad.silence_ms"][1] == "code"
    done = run("diagnose", "--profile", "support-call", "--settings", script)
    assert done.code == 0, done.err
    assert "Assumed" in done.out


def test_calls_with_quantiles_alone_say_how_to_go_on(run: Any, tmp_path: Path) -> None:
    agent, call, figures = tmp_path / "agent.json", tmp_path / "call.json", tmp_path / "figures.csv"
    agent.write_text(retell_agent())
    assert settings(run, agent)["vad.silence_ms"] == (400, "stated")
    latency = {"e2e": {"p50": 1450, "p95": 2600}, "llm": {"p50": 620, "p95": 1400}, "tts": {"p50": 260, "p95": 380}}
    call.write_text(json.dumps({"call_id": "q", "call_type": "phone_call", "latency": latency}))
    refused = run("diagnose", call)
    assert refused.code == 2
    figures.write_text(refused.err[refused.err.index("stage,p50") :].partition("\nhint")[0])
    done = run("diagnose", figures)
    assert done.code == 0, done.err
    assert "As typed, not measured" in done.out
