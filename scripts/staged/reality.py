"""The proof: what a recording under one setting predicts for another, beside what a real run under that did.

`make reality` makes the runs and prints the table; `make reality-page` puts it on docs/fidelity.md. By hand:
`python -m scripts.staged.reality FOLDER [--write] [--check]`, with the folder of the runs that `scripts.staged.runs`
made.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.page_blocks import between_marks
from scripts.staged.kept import Kept, framework
from scripts.staged.promise import OWN_PAIRS, from_recorders

PAGE = Path(__file__).parents[2] / "docs" / "fidelity.md"
LIVE_PAIRS = (
    ("call-400", "call-700"),
    ("call-700", "call-400"),
    ("local-400", "local-700"),
    ("local-700", "local-400"),
)
PAIRS = (*LIVE_PAIRS, *OWN_PAIRS)
"""The run that is recorded, and the one that is predicted."""

NAMES = {
    "call": "own pipeline, scripted stages",
    "local": "own pipeline, real stages on this machine",
    "livekit": "LiveKit AgentSession, scripted stages",
    "pipecat": "Pipecat pipeline, scripted stages",
}

HEAD = (
    "| recorded | predicted | turns | p50: measured (predicted) | p95: measured (predicted, its interval) "
    "| error of a turn: median, p95 | outcomes that agree |",
    "|---|---|--:|--:|--:|--:|--:|",
)

LOOSE_MS, LOOSE_SHARE = 400.0, 0.6
"""What even a run on a loaded machine keeps."""


def found(folder: Path) -> list[Kept]:
    """The predictions between the runs that are there, both ways."""
    there = [pair for pair in PAIRS if all((folder / f"{name}.truth.jsonl.gz").is_file() for name in pair)]
    return [one for one in from_recorders(folder, there) if "," not in one.meant]


def table(kept: Sequence[Kept]) -> Iterator[str]:
    """The lines of the table in Markdown."""
    yield from HEAD
    for one in kept:
        if not one.both:
            yield f"| {one.recorded} | {one.meant} | 0 of {len(one.turns)} | - | - | - | - |"
            continue
        (p50, off50), (p95, off95) = one.errors(0.5), one.errors(0.95)
        span = "not known" if one.p95_range is None else "{:,.0f} to {:,.0f}".format(*one.p95_range)
        median, worst = one.of_turns()
        same, known = one.outcomes()
        yield (
            f"| {one.recorded} | {one.meant} | {len(one.both)} of {len(one.turns)} "
            f"| {p50:,.0f} ms ({p50 + off50:,.0f}) | {p95:,.0f} ms ({p95 + off95:,.0f}, {span}) "
            f"| {median:.1f}, {worst:.1f} ms "
            f"| {same} of {known} |"
        )


def block(kept: Sequence[Kept]) -> str:
    """What stands on the page: who was run, and the table."""
    kinds = dict.fromkeys(framework(one.recorded) for one in kept)
    return "\n".join([*(f"- `{kind}`: {NAMES[kind]}" for kind in kinds), "", *table(kept)])


def check(kept: Sequence[Kept]) -> list[str]:
    """What is so far off that no load of the machine explains it."""
    wrong = []
    for one in kept:
        same, known = one.outcomes()
        if not one.both:
            wrong.append(f"{one.recorded} -> {one.meant}: no turn of the one run was found in the other")
        elif abs(one.errors(0.5)[1]) > LOOSE_MS and framework(one.recorded) != "local":
            wrong.append(f"{one.recorded} -> {one.meant}: p50 is off by {one.errors(0.5)[1]:+.0f} ms")
        elif same < LOOSE_SHARE * known:
            wrong.append(f"{one.recorded} -> {one.meant}: outcomes agree in {same} of {known} turns")
    return wrong


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 where `--check` finds it far off."""
    kept = found(Path(arguments[0]))
    if not kept:
        raise SystemExit(f"{arguments[0]} has no two runs of one kind: make them with `make reality`")
    print(block(kept))
    for one in kept:
        for name, what in one.differ():
            print(f"  {one.recorded} -> {one.meant}, {name}: {what}", file=sys.stderr)
        for was, said in one.turns:
            for what in one.wrong_outcomes(was, said) if said is not None else ():
                print(f"  {one.recorded} -> {one.meant}, {was.name}: {what}", file=sys.stderr)
    if "--write" in arguments:
        PAGE.write_text(between_marks(PAGE.read_text(), "reality", "make reality-page", block(kept)))
    wrong = check(kept) if "--check" in arguments else []
    for line in wrong:
        print(line, file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
