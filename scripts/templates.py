"""Tunes the templates of `turntempo settings template`: `make templates`, or `python -m scripts.templates NAME...`.

A name is PROFILE.STYLE, such as support-call.fast. Without a name, all templates are tuned, which takes minutes.
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


def written(values: dict[str, Any]) -> str:
    """JSON with one line for each member of a group, which is small and easy to compare."""
    lines = []
    for name, value in values.items():
        if isinstance(value, dict) and any(isinstance(one, dict) for one in value.values()):
            members = ",\n".join(f"  {json.dumps(key)}: {json.dumps(one)}" for key, one in value.items())
            lines.append(f" {json.dumps(name)}: {{\n{members}\n }}")
        else:
            lines.append(f" {json.dumps(name)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(names: list[str]) -> int:
    """Tune these templates; the number of those that failed."""
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
