"""Settings as a vendor's file: its text, its changes, the secrets removed, and remarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.recordings import write_text
from pipeline.turns.columns import Columns
from stages.settings import Settings
from tuner.deploy.outgoing import Outgoing, outgoing, refused
from tuner.deploy.readback import ReadBack, read_back
from tuner.formats.document import read_document
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics.limits import Limit
from tuner.targets.export import Export, changed_file, new_file
from tuner.targets.meaning import meant_by
from tuner.targets.target import Target


@dataclass(frozen=True)
class Deliverable:
    """A configuration of `target`, for a file of this name."""

    target: Target
    name: str
    export: Export
    leaving: Outgoing
    """The text and diff that may be shown and written."""
    refused: tuple[str, ...]
    """Errors of the vendor's own types, where its package is installed."""
    doubts: tuple[str, ...]
    """What its code sets and was left alone; doubts about the meaning of the vendor's file."""
    judged: Settings
    """The settings that were to be written."""
    meant: Settings
    """The settings of an agent that runs with the file."""
    form: str
    """The form that the file has, such as agora-flat."""

    def read_back(self, turns: Columns | None, limits: Sequence[Limit]) -> ReadBack:
        """What was judged and what the file means, replayed on these turns."""
        return read_back(self.judged, self.meant, turns, limits)


def file_name(target: Target, base: Path | None) -> str:
    """The name of the customer's own file, else the vendor's usual one."""
    return target.name.partition("@")[0] + target.format.suffix if base is None else base.name


def deliverable(
    target: Target,
    settings: Settings,
    in_force: Settings | None,
    base: Path | None = None,
    keep_secrets: bool = False,
    *,
    named: frozenset[str] | None = None,
) -> Deliverable:
    """`base`: the customer's own file, changed no more than it must be. Raises SettingsError.

    `named`: only these of the settings are to be written; all else stays as the base, or else the vendor, has it.
    """
    name = file_name(target, base)
    if named is not None:
        in_force = target.read_values({}).settings if base is None else target.read(read_document(base), name).settings
        settings = in_force.replace({one: settings.flat()[one] for one in named})
    if base is None:
        before, export = None, new_file(target, settings, in_force, named)
    else:
        before = read_document(base)
        export = changed_file(target, settings, before, str(base), in_force)
    leaving = outgoing(export, before, name, keep_secrets)
    said = refused(target, export.text, name)
    reading = target.read(export.text, name)
    meant = meant_by(target, export.text, name, settings, in_force)
    family, found = target.of_file(export.text, name)
    doubts = (*export.left_alone, *(one for one in reading.doubts if one not in reading.code_doubts))
    return Deliverable(
        target, name, export, leaving, tuple(said), doubts, settings, meant, family.form(found.tree).name
    )


def write_beside(
    folder: Path, target: Target, found: Recommendation, turns: Columns
) -> tuple[Path | None, Deliverable]:
    """Write a recommendation as the vendor's file, beside its other files.

    None: nothing is written, as the file breaks on these turns what the settings promise.
    """
    made = deliverable(target, found.settings, found.task.settings, keep_secrets=True)
    if found.status == "recommended" and not made.read_back(turns, found.limits).holds:
        return None, made
    path = folder / made.name
    write_text(path, made.export.text, force=True)
    return path, made
