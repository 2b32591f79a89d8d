"""Tunes the templates of `turntempo settings template`: `make templates`, or `python -m scripts.templates NAME...`.

A name is PROFILE.STYLE, such as support-call.fast, or the form of a vendor's configuration, such as agora-vad. Without
a name, all templates are tuned, and then those of every form that does not carry them, which takes an hour.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pipeline.simulation import Profile, profile_names, simulate
from stages.errors import InputError
from tuner.support.templates import form_tuning, template
from tuner.support.templates.form_template import SCHEMA, every_form
from tuner.support.templates.form_tuning import Searched, tuned_for
from tuner.support.templates.style import STYLES, style
from tuner.support.templates.tuning import SEED, tuned
from tuner.targets.target import Target

FOLDER = Path(__file__).parents[1] / "tuner" / "support" / "templates" / "data"
FORMS = FOLDER / "forms"
BUDGET, FORM_BUDGET = 10_000, 700


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
    every = {form.name: form for form in every_form()}
    forms = [every[name] for name in names or every if name in every]
    failed = _styles(names or [f"{profile}.{one}" for profile in profile_names() for one in STYLES], every)
    _forms(forms)
    return failed


def _forms(forms: list[Target]) -> None:
    """Tune the templates of these forms, and write one file for each that does not carry all."""
    found: dict[str, dict[str, Any]] = {form.name: {} for form in forms}
    for profile in profile_names() if forms else ():
        likeness, searched = Profile.load(profile), Searched()
        turns = simulate(likeness, form_tuning.TURNS, SEED)
        fresh = simulate(likeness, form_tuning.JUDGED_TURNS, form_tuning.JUDGED_SEED)
        for wanted in STYLES:
            for form in forms:
                made = tuned_for(form, template(wanted, profile), turns, fresh, FORM_BUDGET, searched)
                if made is not None:
                    found[form.name][f"{profile}.{wanted}"] = made.json_dict()
                    print(f"{form.name}: {profile}.{wanted}: misses {[one.name for one in made.missed]}", flush=True)
    FORMS.mkdir(exist_ok=True)
    for name, ones in found.items():
        file = FORMS / f"{name}.json"
        file.unlink(missing_ok=True)
        if ones:
            file.write_text(forms_written(name, ones), encoding="utf-8")


def forms_written(name: str, ones: dict[str, Any]) -> str:
    """The file of a form: one line for each part of a template."""
    parts = []
    for key, one in ones.items():
        lines = ",\n".join(f"   {json.dumps(part)}: {json.dumps(value)}" for part, value in one.items())
        parts.append(f"  {json.dumps(key)}: {{\n{lines}\n  }}")
    head = f' "schema": {json.dumps(SCHEMA)},\n "form": {json.dumps(name)},\n "templates": {{\n'
    return "{\n" + head + ",\n".join(parts) + "\n }\n}\n"


def _styles(names: list[str], not_these: Collection[str]) -> int:
    """Tune these templates in our own settings; the number of those that failed."""
    failed = 0
    for name in names:
        if name in not_these:
            continue
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
