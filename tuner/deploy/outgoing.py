"""A vendor's file for others: without secrets, with its diff and the errors of the vendor's own types."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from tuner.support.redaction import Redactor
from tuner.targets.export import Export
from tuner.targets.set_by_code import without_code
from tuner.targets.target import Target


@dataclass(frozen=True)
class Outgoing:
    """An export, ready to be shown and written."""

    text: str
    diff: str
    taken_out: tuple[str, ...]
    """The secrets that were replaced, one sentence each."""


def outgoing(export: Export, base: str | None, name: str, keep_secrets: bool) -> Outgoing:
    """The file without keys, tokens, phone numbers and addresses, unless they are kept; the diff never shows one."""
    redactor = Redactor(transcripts=True)  # a configuration has prompts and examples, which belong to it
    if base is not None:
        redactor.learn(base, name)
    text = redactor.text(export.text, name)
    taken = tuple(redactor.lines())
    diff = "" if base is None else unified(redactor.text(base, name), text, name)
    return Outgoing(export.text, diff, ()) if keep_secrets else Outgoing(text, diff, taken)


def unified(before: str, after: str, name: str) -> str:
    """A diff that `patch` can apply."""
    lines = difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def refused(target: Target, text: str, name: str) -> list[str]:
    """The errors of the vendor's own types in a document, where its package is installed."""
    tree = target.opened(text, name).tree
    form = target.form(tree)
    if form.check is None:
        return []
    try:
        return list(form.check(without_code(tree)))
    except ImportError:
        return []
