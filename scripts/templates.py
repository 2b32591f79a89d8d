"""Tunes the templates of `turntempo settings template`: `make templates`, or `python -m scripts.templates NAME...`.

A name is PROFILE.STYLE, such as support-call.fast; without any all are tuned. Some minutes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pipeline.simulation import profile_names
from stages.errors import InputError
from tuner.support.templates.style import STYLES, style
from tuner.support.templates.tuning import tuned

FOLDER = Path(__file__).parents[1] / "tuner" / "support" / "templates" / "data"
BUDGET = 10_000


def written(told: dict[str, Any]) -> str:
    """JSON with one line for each of a group's members: small, and easy to read and compare."""
    lines = []
    for name, value in told.items():
        if isinstance(value, dict) and any(isinstance(one, dict) for one in value.values()):
            members = ",\n".join(f"  {json.dumps(key)}: {json.dumps(one)}" for key, one in value.items())
            lines.append(f" {json.dumps(name)}: {{\n{members}\n }}")
        else:
            lines.append(f" {json.dumps(name)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(names: list[str]) -> int:
    """Tune these; how many could not be."""
    failed = 0
    for name in names or [f"{profile}.{one}" for profile in profile_names() for one in STYLES]:
        profile, _, wanted = name.partition(".")
        try:
            found = tuned(style(wanted), profile, BUDGET)
        except InputError as error:
            print(f"{name}: {error}", file=sys.stderr, flush=True)
            failed += 1
            continue
        (FOLDER / f"{name}.json").write_text(written(found.json_dict()), encoding="utf-8")
        p50, p95 = (found.figures[f"response_ms.{one}"].value for one in ("p50", "p95"))
        print(f"{name}: median {p50:,.0f} ms, p95 {p95:,.0f} ms", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
