"""Everything that writes: each command, the app and the recorders, with what they need."""

from __future__ import annotations

import contextlib
import json
import wave
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.recordings import write, write_settings
from pipeline.simulation import Profile, censor, simulate
from pipeline.writing import append
from stages.errors import TurntempoError
from stages.settings import Settings
from tests.crash.trying import Scenario
from tests.slow_agent import SLOW
from tests.turntempo.fleet.fleet_messages import received, settings, turn
from tests.turntempo.test_case_attach import JOIN
from tui.state.memory import Memory, SavedSource, SavedState
from tui.state.turn_source import TurnSource
from turntempo import stderr
from turntempo.__main__ import main
from turntempo.calling.recording import CallLog
from turntempo.calling.running import Called
from turntempo.cli.call import _show
from turntempo.fleet.publishing import guarding, sending
from turntempo.fleet.store import Store
from turntempo.probe.journal import Journal
from turntempo.probe.records import SCHEMA, Head, Record
from turntempo.recorders.sink import FileSink, FolderSink

AT = ("--at", "2027-01-04T09:00+08:00", "--who", "ann")
BROKER = ("--broker", "mqtt://127.0.0.1:1")
MAP = ("--map", "ttft_ms=ttft_ms", "--map", "ttfb_ms=ttfb_ms")
QUICK = ("--budget", "40", "--vary", "endpointing.silence_ms", "--vary", "llm.timeout_ms")
CASE_FILES = ("--recording", "turns.jsonl", "--config", "join.json", "--vendor", "agora")


def call(*arguments: str) -> int:
    return main(list(arguments))


def done(*arguments: str) -> None:
    """A command that prepares another."""
    if main(list(arguments)):
        raise AssertionError(f"cannot prepare: {arguments}")


def turns(folder: Path) -> None:
    """120 turns of a slow agent with its settings, the same again, and the configuration that they had."""
    write(folder / "turns.jsonl", censor(simulate(Profile.load("ai-tutor"), 120, seed=3), SLOW), SLOW)
    write(folder / "after.jsonl", censor(simulate(Profile.load("ai-tutor"), 120, seed=4), SLOW), SLOW)
    write_settings(folder / "slow.json", SLOW)
    write_settings(folder / "faster.json", Settings().replace({"endpointing.silence_ms": 500}))
    (folder / "join.json").write_text(json.dumps(JOIN, indent=2))
    (folder / "notes.txt").write_text("slow since Monday\n")
    (folder / "figures.csv").write_text("endpoint_ms,ttft_ms,ttfb_ms\n" + "700,400,200\n" * 30)


def case(folder: Path) -> None:
    turns(folder)
    done("case", "new", "lily", "--users-report", "slow", *AT)


def attached(folder: Path) -> None:
    case(folder)
    done("case", "attach", "lily", *CASE_FILES, *AT)


def tuned(folder: Path) -> None:
    attached(folder)
    done("tune", "lily", *QUICK)


def searched(folder: Path) -> None:
    """A search that was killed: half of its journal, and an older result."""
    turns(folder)
    done("tune", "turns.jsonl", "-o", "out", *QUICK)
    lines = (folder / "out" / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "out" / "journal.jsonl").write_bytes(b"".join(lines[: len(lines) // 2]) + lines[-1][:40])


def bundled(folder: Path) -> None:
    attached(folder)
    done("case", "bundle", "lily", "-o", "lily.zip", *AT)


def fleet(folder: Path) -> None:
    """A store with three agents, two of them alike, and a case; the third would be in its canary."""
    case(folder)
    with contextlib.closing(Store(folder / "fleet.db")) as store:
        for number, agent in enumerate(("toy-1", "toy-2", "toy-4")):
            store.take([received("settings", settings(700 if number == 2 else 900), agent)])
            store.take([received("turns", turn(f"t{k}", response_ms=800 + k), agent) for k in range(5)])


def canary(folder: Path) -> None:
    fleet(folder)
    with told(folder):
        done(*PUBLISH, "--canary", "50%")


def wav(folder: Path) -> None:
    """A call of two sides, each a tone in turn."""
    at = np.arange(16_000 * 24) / 16_000
    tone = (np.sin(at * 1500) * 9000).astype("<i2")
    sides = np.stack([np.where(at % 6 < 2, tone, 0), np.where((at % 6 > 3) & (at % 6 < 5), tone, 0)], axis=1)
    with wave.open(str(folder / "call.wav"), "wb") as file:
        file.setparams((2, 2, 16_000, 0, "NONE", ""))
        file.writeframes(sides.astype("<i2").tobytes())


def nothing(folder: Path) -> None:
    """An empty folder."""


TO_ALL = ("publish", "lily", "--agents", "toy-*", "--store", "fleet.db", "--settings", "faster.json", "--yes")
PUBLISH = (*TO_ALL, "--who", "ann", *BROKER)


@contextlib.contextmanager
def told(_: Path | None = None) -> Any:
    """What goes to a broker is noted in a file, as the broker keeps it."""

    def recommend(_: object, payloads: dict[str, bytes]) -> None:
        append(Path("sent.txt"), f"{len(payloads)}\n".encode())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "recommend", recommend)
        patch.setattr(guarding, "recommend", recommend)
        yield


def sent(*arguments: str) -> int:
    with told():
        return main(list(arguments))


def store_takes() -> int:
    from stages.errors import TurntempoError

    try:
        with contextlib.closing(Store(Path("fleet.db"))) as store:
            store.take([received("turns", turn(f"n{k}", response_ms=700), "toy-1") for k in range(40)])
            store.roll_off(None, 20_000_000)
    except TurntempoError as error:
        stderr.error(str(error))
        return error.exit_code
    return 0


def saves() -> int:
    state = SavedState("try").with_latest(SavedSource(TurnSource("profile", "ai-tutor"), Settings()))
    Memory(Path("home/state")).save(state)
    return 0


def records(sink: Callable[[], Any]) -> int:
    """What a recorder writes; its writer keeps the lines where the disk takes none."""
    lines = [json.dumps(turn(f"t{k}")).encode() for k in range(4)]
    head = json.dumps({"schema": "turntempo.settings/2"}).encode()
    try:
        sink().write("s1", head, lines)
    except OSError as error:
        stderr.error(str(error))
        return 2
    return 0


def receives() -> int:
    """What `listen --otlp` does with two requests."""
    from pipeline.writing import write_text
    from stages.errors import TurntempoError
    from turntempo.cli.fleet.listen import _Appended

    try:
        write_text("spans.jsonl", "")
        for number in range(2):
            _Appended(Path("spans.jsonl")).write(json.dumps({"resourceSpans": [number] * 30}) + "\n")
    except TurntempoError as error:
        stderr.error(str(error))
        return error.exit_code
    return 0


def probes() -> int:
    """What `probe` does with the records of three requests."""
    try:
        with Journal.begin(Path("records.jsonl"), PROBE, force=False, resume=True) as journal:
            for number in range(len(journal.known), 3):
                journal.append(Record("load/1/auto/-", number, PROBE.began, 10.0 * number, first_ms=300.5))
    except TurntempoError as error:
        stderr.error(str(error))
        return error.exit_code
    return 0


def probed(folder: Path) -> None:
    """The records of a probe."""
    with Journal.begin(folder / "records.jsonl", PROBE, force=False, resume=False) as journal:
        for number in range(60):
            journal.append(Record("load/1/auto/-", number, PROBE.began, 10.0 * number, first_ms=300.5 + number))


def calls(folder: Path) -> None:
    """Calls that connect or do not."""
    done("connect", "simulate", "tutor-app", "-n", "600", "-o", str(folder / "calls.jsonl"))


def shows_call() -> int:
    """What `call` writes once a call is over: its sound and the pages."""
    silence = np.zeros(16_000, np.float32)
    log = CallLog(Path("call/defaults.jsonl"), "defaults", Settings())
    try:
        _show(
            [Called("defaults", Settings(), silence, silence, (), log, 1000.0)], Path("call"), force=True, as_json=True
        )
    except TurntempoError as error:
        stderr.error(str(error))
        return error.exit_code
    return 0


def of(name: str, prepare: Callable[[Path], None], *arguments: str, **more: Any) -> Scenario:
    """A scenario of a command line; `force`: what is added where the result is there already."""
    runner, force = more.pop("by", call), more.pop("force", ("--force",))
    words = tuple(word for word in arguments[:2] if not word.startswith("-"))
    again = partial(runner, *arguments, *force) if force else None
    return Scenario(name, words, prepare, partial(runner, *arguments), again=again, **more)


PROBE = Head(SCHEMA, "llm", "chat", "http://x/v1", "m", "support", "", "2026-11-30T00:00:00+00:00", 30.0, 1)
LOG = frozenset({"lily/log.jsonl"})
JOURNAL = frozenset({"out/journal.jsonl", "lily/tuning/journal.jsonl"})

SCENARIOS = (
    of("simulate", nothing, "simulate", "ai-tutor", "-n", "40", "-o", "s.jsonl"),
    of("simulate gz", nothing, "simulate", "ai-tutor", "-n", "40", "-o", "s.jsonl.gz"),
    of("simulate parquet", nothing, "simulate", "ai-tutor", "-n", "40", "-o", "s.parquet"),
    of("simulate over", turns, "simulate", "ai-tutor", "-n", "40", "-o", "turns.jsonl", "--force"),
    of("import", turns, "import", "table", "figures.csv", "-o", "i.jsonl", *MAP),
    of("export-turns", fleet, "export-turns", "fleet.db", "--agent", "toy-1", "-o", "e.jsonl"),
    of("check", turns, "check", "turns.jsonl", "--limit", "cut_off_rate=50%", "--junit", "junit.xml", code=-1),
    of("replay outcomes", turns, "replay", "turns.jsonl", "--outcomes", "outcomes.jsonl"),
    of("settings from", turns, "settings", "from", "agora", "join.json", "-o", "ours.json"),
    of("export", turns, "export", "slow.json", "--to", "agora", "-o", "agora.json"),
    of("tune", turns, "tune", "turns.jsonl", "-o", "out", *QUICK, grows=JOURNAL, force=("--resume",), goes_on=True),
    of("tune over", searched, "tune", "turns.jsonl", "-o", "out", *QUICK, "--force", grows=JOURNAL),
    of("tune resume", searched, "tune", "turns.jsonl", "-o", "out", *QUICK, "--resume", grows=JOURNAL, force=()),
    of("tune case", attached, "tune", "lily", *QUICK, grows=JOURNAL, force=("--resume",), goes_on=True),
    of("case new", turns, "case", "new", "lily", "--users-report", "slow", *AT, force=()),
    of("case attach", case, "case", "attach", "lily", *CASE_FILES, "notes.txt", *AT),
    of("case attach after", tuned, "case", "attach", "lily", "--after", "after.jsonl", *AT),
    of("case attach over", attached, "case", "attach", "lily", "--recording", "after.jsonl", "--force", *AT, force=()),
    of("case log", case, "case", "log", "lily", "note", "slow", *AT, grows=LOG, force=()),
    of("case check", case, "case", "check", "lily", "--severity", "P1", "--because", "x", *AT, grows=LOG, force=()),
    of("case escalate", case, "case", "escalate", "lily", "--found", "a", "--asked", "b", *AT, grows=LOG, force=()),
    of("case close", case, "case", "close", "lily", "done", "--satisfaction", "4", *AT, grows=LOG, force=()),
    of("case bundle", attached, "case", "bundle", "lily", "-o", "lily.zip", *AT, grows=LOG),
    of("case open", bundled, "case", "open", "lily.zip", "-o", "opened", force=()),
    of("export case", tuned, "export", "lily"),
    of("report", tuned, "report", "lily", *AT, force=(), forks=False),
    of("publish", fleet, *PUBLISH, by=sent, grows=LOG | {"sent.txt"}, force=()),
    of("promote", canary, "promote", "lily", "--store", "fleet.db", *BROKER, "--yes", "--force", "--who", "ann",
       by=sent, grows=LOG | {"sent.txt"}, force=()),
    of("rollback", canary, "rollback", "lily", "--store", "fleet.db", *BROKER, "--yes", "--who", "ann",
       by=sent, grows=LOG | {"sent.txt"}, force=()),
    of("connect simulate", nothing, "connect", "simulate", "tutor-app", "-n", "40", "-o", "calls.jsonl"),
    of("connect tune", calls, "connect", "tune", "calls.jsonl", "-o", "better.json", "--limit", "connect_ms.p95=60000"),
    of("connect report", calls, "connect", "report", "calls.jsonl", "-o", "report", *AT, force=(),
       forks=False),
    of("probe show", probed, "probe", "show", "records.jsonl", "--profile-out", "stages.toml"),
    Scenario("probe", ("probe",), nothing, probes, grows=frozenset({"records.jsonl"}), goes_on=True),
    Scenario("call", ("call",), nothing, shows_call, forks=False),
    Scenario("store", ("listen",), fleet, store_takes),
    Scenario("otlp", ("listen",), nothing, receives, again=lambda: 0, grows=frozenset({"spans.jsonl"})),
    Scenario("saved state of the app", ("tui",), nothing, saves, optional=True),
    Scenario("file of a recorder", ("recorders",), nothing, partial(records, lambda: FileSink(Path("r/calls.jsonl"))),
             grows=frozenset({"r/calls.jsonl"})),
    Scenario("folder of a recorder", ("recorders",), nothing, partial(records, lambda: FolderSink(Path("r"))),
             grows=frozenset({"r/s1.jsonl"})),
)  # fmt: skip
