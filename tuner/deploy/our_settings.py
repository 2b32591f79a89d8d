"""Settings that are given: a file of ours, or a vendor's that is recognised by what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.recordings import SettingsFile, read_settings_file
from stages.errors import InputError, SettingsError
from stages.i18n import Said, say
from tuner.formats.document import read_document
from tuner.targets import target
from tuner.targets.recognition import Recognised, recognised
from tuner.targets.trials.abstract import ABSTRACT
from tuner.targets.versions.installed import beside, in_logs

NEUTRAL = ("json", "toml", "env")
"""Targets whose files hold our own names."""


@dataclass(frozen=True)
class GivenSettings(SettingsFile):
    """The settings in a file, and how it was read where it is a vendor's."""

    doubts: tuple[Said, ...] = ()
    """One sentence each: whose file it is taken for, and by what; what it hardly says."""
    vendor: str | None = None
    """The form of the vendor's configuration, such as agora-flat or pipecat-transport@0.0.65; None: it is ours."""


def our_settings(path: str | Path, logs: Sequence[str] = ()) -> GivenSettings:
    """The settings in a file: JSON or TOML of ours, or a vendor's. Raises SettingsError.

    `logs`: of the agent, which may name the version of its framework.
    """
    try:
        found = read_settings_file(path)
        return GivenSettings(found.settings, found.stated)
    except SettingsError as error:
        vendor = _vendor_of(path)
        if vendor is None:
            raise
        if vendor.name in ABSTRACT:
            raise SettingsError(
                f"{path}: is a configuration of {ABSTRACT[vendor.name].title}: no times are published for its "
                f"settings, so none of ours can be read from it; `turntempo settings from {path}` lists them"
            ) from error
    return _of_vendor(vendor, Path(path), logs)


MOST_LOOKED_AT = 256 << 10
"""Bytes of a log that is looked at for settings: a longer one holds too much else."""


def settings_within(path: str | Path) -> str | None:
    """The title of the vendor whose settings stand in a log too; None: nobody's do, as far as it is looked at."""
    file = Path(path)
    if not file.is_file() or file.stat().st_size > MOST_LOOKED_AT:
        return None
    found = _vendor_of(file)
    if found is None or found.name in ABSTRACT:
        return None
    try:
        return target(found.name).title if target(found.name).read(read_document(file), str(file)).stated else None
    except SettingsError:
        return None


def _vendor_of(path: str | Path) -> Recognised | None:
    """Whose configuration a file is; None: nobody's, or one of ours that is faulty, or it cannot be read."""
    try:
        found = recognised(read_document(path), str(path))
    except InputError:
        return None
    return None if found.name in NEUTRAL else found


def _of_vendor(vendor: Recognised, path: Path, logs: Sequence[str]) -> GivenSettings:
    """What a vendor's file says, as the version has it that a lock file beside it or a log names."""
    form = target(vendor.name)
    history = form.history
    installed = (beside(path, history.packages) or in_logs(logs, history.names)) if history else None
    if installed is not None:
        form = form.of_versions(installed.versions)
    text = read_document(path)
    reading = form.read(text, str(path))
    family, found = form.of_file(text, str(path))
    said = (vendor.why, *([reading.asked] if reading.asked else []), *reading.doubts)
    unknown = [f"{path}: unknown, and not read: {', '.join(reading.unknown)}"] if reading.unknown else []
    doubts = tuple(say("inputs.vendors_file", doubt=one) for one in (*said, *unknown))
    return GivenSettings(reading.settings, frozenset(reading.ours), doubts, family.form(found.tree).name)
