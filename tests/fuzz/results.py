"""Readers of a case as it lies in a folder, results of a search among it, whoever changed a file in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tests.fuzz.files import LOG, TOML
from tests.fuzz.reader import Given, Reader, Seeds
from tests.slow_agent import SLOW
from tests.tutor_results import comparison, recommendation, turns
from tuner.deploy.deployment import deployment
from tuner.followup.comparing import Promise
from tuner.followup.result_json import comparison_json, read_comparison
from tuner.pages.comparison import comparison_page
from tuner.pages.recommendation import recommendation_page
from tuner.recommendation.documents import read_json
from tuner.recommendation.reading import read_recommendation
from tuner.recommendation.result_files import recommendation_json
from tuner.statistics.check import SCHEMA, regressions
from tuner.support.case import open_case
from tuner.support.case.board import board
from tuner.support.case.review import review
from turntempo.fleet.publishing.publication import evidence, last
from turntempo.show.case.case import case_json, log_json, whole
from turntempo.trial_plan import plan, stack_of

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PUBLISHED = json.dumps(
    {
        "at": "2026-11-22T21:00:00+00:00",
        "who": "ann",
        "kind": "published",
        "details": {
            "version": "c-1",
            "agents": "*",
            "share": 0.1,
            "at_ms": 1_800_000_000_000,
            "settings": {"endpointing": {"silence_ms": 900}},
            "limits": {"cut_off_rate": 0.03},
        },
    }
).encode()
ATTACHED = (
    b'{"at": "2026-11-22T20:30:00+00:00", "who": "ann", "kind": "attached", "files": ["config.json"], '
    b'"details": {"vendor": "vapi", "settings": true}}'
)
CONFIG = b'{"startSpeakingPlan": {"waitSeconds": 0.8}, "transcriber": {"provider": "deepgram", "model": "nova-3"}}'


@cache
def recommended() -> bytes:
    """What `turntempo tune` writes, in as few bytes as it has."""
    return json.dumps(recommendation_json(recommendation())).encode()


def case(folder: Path) -> Seeds:
    """A case with one of each file; undamaged, they lie in the folder."""
    files = {
        "case.toml": TOML,
        "log.jsonl": LOG + ATTACHED + b"\n" + PUBLISHED + b"\n",
        "settings.json": json.dumps(SLOW.json_dict()).encode(),
        "config.json": CONFIG,
        "comparison.json": json.dumps(comparison_json(comparison())).encode(),
        "tuning/settings.json": json.dumps(recommendation().settings.json_dict()).encode(),
        "tuning/recommendation.json": recommended(),
    }
    for name, content in files.items():
        (folder / "case" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "case" / name).write_bytes(content)
    return files


def read_case(given: Given) -> object:
    """Everything that is asked of a case without its turns; the damaged file is put back."""
    root = given.folder / "case"
    whole_file = (root / given.name).read_bytes()
    (root / given.name).write_bytes(given.content)
    try:
        held = open_case(root)
        seen = case_json(held, NOW), log_json(held), whole(held, NOW), evidence(held), deployment(root), last(held)
        return seen, review(board(root, NOW)), plan(root, stack_of("retell"), None), held.comparison
    finally:
        (root / given.name).write_bytes(whole_file)


def read_result(given: Given) -> object:
    """A recommendation as reports and the app read it, with the page that says it."""
    document = read_json(given.file())
    found = read_recommendation(document, turns(), SLOW, given.name)
    Promise.of(document)
    return recommendation_page(found)


def read_kept(given: Given) -> object:
    """What became of a promise, with the page that says it."""
    return comparison_page(read_comparison(read_json(given.file()), given.name))


def baseline(_: Path) -> Seeds:
    judged = recommendation().tuning.after
    figures = {name: one.json_dict() for name, one in judged.items()}
    return {"check.json": json.dumps({"schema": SCHEMA, "figures": figures, "recording_digest": "x"}).encode()}


RESULTS = (
    Reader(
        "case",
        ("tuner/support/case/", "tuner/deploy/", "turntempo/trial_plan.py"),
        case,
        read_case,
    ),
    Reader(
        "result of a search",
        ("tui/state/results.py", "tuner/recommendation/form.py"),
        lambda _: {"r.json": recommended()},
        read_result,
    ),
    Reader(
        "comparison with a promise",
        ("tuner/followup/",),
        lambda _: {"c.json": json.dumps(comparison_json(comparison())).encode()},
        read_kept,
    ),
    Reader(
        "baseline of a check",
        ("turntempo/cli/check.py",),
        baseline,
        lambda given: regressions(recommendation().tuning.after, read_json(given.file())),
    ),
)
