"""The same settings at another place in a document: a form of a vendor that differs in nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tuner.targets.rule import Ours, Rule, Theirs
from tuner.targets.target import Target


def placed(form: Target, at: str, **others: Any) -> Target:
    """The form with every path under `at`; `others` are what else the target has of its own: name, roots, marks."""
    return replace(
        form,
        fields=tuple(replace(one, path=f"{at}.{one.path}") for one in form.fields),
        rules=tuple(_moved(rule, at) for rule in form.rules),
        doubts=lambda given: form.doubts(_inside(given, at)),
        **others,
    )


def _moved(rule: Rule, at: str) -> Rule:
    def read(given: Theirs) -> dict[str, Any]:
        return rule.read(_inside(given, at))

    def write(ours: Ours) -> dict[str, Any]:
        return {f"{at}.{path}": value for path, value in rule.write(ours).items()}

    return replace(rule, theirs=tuple(f"{at}.{path}" for path in rule.theirs), read=read, write=write)


def _inside(given: Theirs, at: str) -> dict[str, Any]:
    return {path.removeprefix(f"{at}."): value for path, value in given.items() if path.startswith(f"{at}.")}
