"""Trials of every reader as a table and as figures: `python -m tests.fuzz --trials 20000 [--json FILE] [NAME ...]`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.every_reader import READERS
from tests.fuzz.trials import Outcome, tried

PART = 5_000


@dataclass(frozen=True)
class Part:
    """Some of the trials of a reader."""

    reader: str
    begin: int
    trials: int


def main() -> int:
    """Exit code 1 where a reader has a fault."""
    asked = _arguments()
    names = [one.name for one in READERS if not asked.names or any(name in one.name for name in asked.names)]
    parts = [
        Part(name, begin, min(PART, asked.trials - begin)) for begin in range(0, asked.trials, PART) for name in names
    ]
    found: dict[str, Outcome] = {name: Outcome() for name in names}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for part, outcome in zip(parts, pool.map(_run, parts), strict=True):
            found[part.reader] = found[part.reader].with_those_of(outcome)
    for name, outcome in found.items():
        sys.stdout.write(f"{name:38s} {outcome.line()}\n")
        for fault in outcome.faults:
            sys.stdout.write(f"  {fault}\n")
    sys.stdout.write(f"{'all':38s} {_all(found).line()}\n")
    if asked.json is not None:
        asked.json.write_text(json.dumps({"readers": len(found)} | _all(found).json_dict(), indent=1) + "\n")
    return int(any(outcome.faults for outcome in found.values()))


def _all(found: dict[str, Outcome]) -> Outcome:
    whole = Outcome()
    for one in found.values():
        whole = whole.with_those_of(one)
    return whole


def _run(part: Part) -> Outcome:
    reader = next(one for one in READERS if one.name == part.reader)
    with TemporaryDirectory(prefix="turntempo-fuzz-") as folder:
        return tried(reader, Path(folder), part.trials, str(part.begin))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--trials", type=int, default=20_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("names", nargs="*", help="parts of the names of readers")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
