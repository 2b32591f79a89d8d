"""Whose configuration a file is, and of which version of their package: named, said beside it, or seen in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tuner.formats.document import read_document
from tuner.targets import all_targets
from tuner.targets.recognition import recognised
from tuner.targets.trials.abstract import ABSTRACT, timed
from tuner.targets.versions.installed import Installed, beside, in_logs, required
from tuner.targets.versions.version import spec
from turntempo import stderr


def vendor_of(
    vendor: str | None, config: Path | None, version: str | None, requirements: Path | None, logs: Sequence[str] = ()
) -> str:
    """The name of a target, with the version where one is known: `livekit@1.2.7`. What was found out is said.

    `logs`: of the agent whose configuration it is. Raises InputError where the vendor is not named and not recognised,
    or the version is none.
    """
    if vendor is None and config is not None:
        found = recognised(read_document(config), str(config))
        stderr.note(found.why)
        vendor = found.name
    if vendor is not None and config is not None and vendor in ABSTRACT:
        vendor = timed(vendor, read_document(config), str(config))
    return with_version(vendor or "", config, version, requirements, logs)


def with_version(
    vendor: str, config: Path | None, version: str | None, requirements: Path | None, logs: Sequence[str] = ()
) -> str:
    """A vendor's name with the version that is given, or that a file beside the configuration or a log says."""
    one = all_targets().get(vendor)
    packages = one.history.packages if one is not None and one.history else ()
    if (version or requirements) and not packages and "@" not in vendor and (one or vendor in ABSTRACT):
        raise click.UsageError(
            f"turntempo knows one version of {vendor} only: leave --vendor-version and --requirements out"
        )
    if not packages:
        return vendor
    if version:
        return f"{vendor}@{spec(version)}"
    found = required(requirements, packages) if requirements else beside(config, packages) if config else None
    if found is None and one is not None and one.history:
        found = in_logs(logs, one.history.names)
    return _said(vendor, found) if found else vendor


def _said(vendor: str, found: Installed) -> str:
    stderr.note(f"version {found.text} is taken from {found.where}")
    return f"{vendor}@{found.versions}"
