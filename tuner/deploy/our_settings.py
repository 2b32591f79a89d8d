"""A settings file of ours; what is a vendor's file instead is named, with the command that reads it."""

from __future__ import annotations

from pathlib import Path

from pipeline.recordings import SettingsFile, read_settings_file
from stages.errors import SettingsError
from tuner.formats.document import read_document
from tuner.formats.tree import at, relative
from tuner.targets import all_targets
from tuner.targets.target import Target

NEUTRAL = ("json", "toml", "env")
"""Targets whose files hold our own names."""


def our_settings(path: str | Path) -> SettingsFile:
    """The settings in a file, JSON or TOML. Raises SettingsError; of a vendor's file it names the vendor."""
    try:
        return read_settings_file(path)
    except SettingsError as error:
        vendors = vendors_of(path)
        if not vendors:
            raise
        titles = " or ".join(one.title for one in vendors)
        ways = " or ".join(f"`turntempo settings from {one.name} {path} -o S.json`" for one in vendors)
        rule = f"{path}: is not a turntempo settings file, but looks like a configuration of {titles}"
        raise SettingsError(f"{rule}: {ways} makes a settings file of it") from error


def vendors_of(path: str | Path) -> tuple[Target, ...]:
    """The vendors whose settings a file states most of, and more than of ours; none where it cannot be read."""
    try:
        text = read_document(path)
    except SettingsError:
        return ()
    stated = {name: _stated(one, text, str(path)) for name, one in all_targets().items()}
    ours = max(stated.pop(name) for name in NEUTRAL)
    most = max(stated.values())
    return tuple(all_targets()[name] for name, count in stated.items() if count == most > ours)


def _stated(target: Target, text: str, source: str) -> int:
    """How many settings of a vendor a text states, in the form of which it states most."""
    try:
        tree = target.format.parse(text, source)
    except SettingsError:
        return 0
    counts = []
    for form in (target, *target.older):
        root = form.root(tree)
        counts.append(
            sum(at(tree, relative(path, root))[0] for path in form.by_path if not path.endswith(("()", "**")))
        )
    return max(counts)
