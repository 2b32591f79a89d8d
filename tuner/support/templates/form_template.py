"""A template for one form of a vendor's configuration: what that form can have, and what it then keeps.

The files are `data/forms/FORM.json`; `make templates` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from stages.errors import InputError
from stages.schema_ids import is_schema, schema_id
from stages.settings import Settings
from tuner.statistics.check import Check
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import Limit
from tuner.support.templates.template import Template
from tuner.targets import all_targets
from tuner.targets.export import Export, new_file
from tuner.targets.meaning import meant_by
from tuner.targets.target import Target

SCHEMA = schema_id("form-templates")
FRESH_TURNS, FRESH_SEED = 20_000, 13
"""The turns on which settings are judged that are not stored, such as those for one version of a vendor's package."""
_FOLDER = files("tuner.support.templates") / "data" / "forms"


@dataclass(frozen=True)
class FormTemplate:
    """Settings that a form carries exactly, with their figures."""

    settings: Settings
    figures: Mapping[str, Estimate]
    missed: tuple[Limit, ...]
    """The limits of the template that they are not shown to keep."""
    turns: int
    """How many fresh turns they were judged on."""
    tuned: bool
    """Searched among what this form can have; false: it carries the template as it is, or the nearest to it."""

    @classmethod
    def judged(cls, settings: Settings, seen: Check, tuned: bool) -> FormTemplate:
        """With the verdicts of a check."""
        missed = tuple(one.limit for one in seen.verdicts if not seen.passes(one))
        return cls(settings, dict(seen.figures), missed, seen.turns, tuned)

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values; of the settings those that are not the defaults."""
        plain = Settings().flat()
        return {
            "missed": [one.name for one in self.missed],
            "turns": self.turns,
            "settings": {name: value for name, value in self.settings.flat().items() if value != plain[name]},
            "figures": {name: one.json_dict() for name, one in self.figures.items()},
        }


def every_form() -> tuple[Target, ...]:
    """The present and the older forms of every vendor, each name once."""
    forms = (form for one in all_targets().values() for form in (one, *one.older))
    return tuple({form.name: form for form in forms}.values())


def written_and_meant(form: Target, settings: Settings) -> tuple[Export, Settings]:
    """A new file with these settings, and the settings of an agent that runs with it.

    What the form cannot have is as documented where nothing is set: no template may rest on it.
    """
    export = new_file(form, settings)
    return export, meant_by(form, export.text, form.name, settings, Settings())


def for_form(found: Template, form: Target) -> FormTemplate:
    """The template as this form has it: the stored one, else the nearest, judged now."""
    if written_and_meant(form, found.settings)[1] == found.settings:
        return FormTemplate(found.settings, found.figures, (), found.judged_on["turns"], False)
    stored = stored_for(form.name).get(f"{found.profile}.{found.style}")
    if stored is not None:
        return _read(stored, found)
    family = stored_for(form.name.partition("@")[0]).get(f"{found.profile}.{found.style}")
    start = found.settings if family is None else _read(family, found).settings
    meant = written_and_meant(form, form.as_deployed(start))[1]
    return FormTemplate.judged(meant, found.checked(FRESH_TURNS, FRESH_SEED, meant), False)


@cache
def stored_for(form: str) -> Mapping[str, Any]:
    """PROFILE.STYLE -> the template for this form, as it is stored; empty where none is."""
    file = _FOLDER / f"{form}.json"
    if not file.is_file():
        return {}
    data = json.loads(file.read_text(encoding="utf-8"))
    if not is_schema(data.get("schema"), "form-templates"):
        raise InputError(f"{file.name}: is no {SCHEMA}: `make templates` writes it anew")
    templates: dict[str, Any] = data["templates"]
    return templates


def _read(data: Mapping[str, Any], found: Template) -> FormTemplate:
    return FormTemplate(
        settings=Settings().replace(data["settings"]),
        figures={name: Estimate(name, **one) for name, one in data["figures"].items()},
        missed=tuple(one for one in found.limits if one.name in data["missed"]),
        turns=data["turns"],
        tuned=True,
    )
