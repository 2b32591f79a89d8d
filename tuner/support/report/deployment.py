"""The recommendation in the customer's own terms: which keys of their configuration change, and what lies elsewhere."""

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from stages.i18n import Said, say
from stages.settings import Settings
from tuner.formats.document import read_document
from tuner.pages.blocks import Block, Listed, Paragraph, Table
from tuner.support.case import Case
from tuner.targets import target
from tuner.targets.export import Export, changed_file
from tuner.targets.not_carried import sections


@dataclass(frozen=True)
class Deployment:
    """The change to the customer's file, on a vendor of this title."""

    title: str
    file: str
    export: Export
    differs: tuple[Said, ...] = ()
    """That the changed file does not mean what the report says, and in what; none: it does."""


def deployment(case: Case, settings: Settings, differs: Sequence[Said] = ()) -> Deployment | None:
    """What becomes of the case's configuration; None where it has none. Raises SettingsError."""
    if case.config is None or case.config_vendor is None:
        return None
    vendor, name = target(case.config_vendor), case.config.name
    return Deployment(
        vendor.title, name, changed_file(vendor, settings, read_document(case.config), name), tuple(differs)
    )


def blocks(found: Deployment, moved: Container[str]) -> tuple[Block, ...]:
    """The keys that change; then what the file does not carry of the settings moved: where to set it, or why not."""
    writing = found.export.writing
    made: list[Block] = [Paragraph(say("deployment.title", file=found.file, vendor=found.title)), _changes(found)]
    if found.differs:
        made += [Paragraph(say("deployment.differs")), Listed(found.differs)]
    for heading, lines in sections(writing, found.title, moved):
        made += [Paragraph(heading), Listed(lines)]
    return tuple(made)


def _changes(found: Deployment) -> Block:
    rows = tuple((path, _shown(before), _shown(after)) for path, (before, after) in found.export.changes.items())
    if not rows:
        return Paragraph(say("deployment.nothing"))
    return Table((say("table.key"), say("table.now"), say("table.then")), rows, frozenset({1, 2}))


def _shown(value: Any) -> str:
    """A value as the file has it; a dash where the key is not there."""
    return "-" if value is None else json.dumps(value, ensure_ascii=False)
