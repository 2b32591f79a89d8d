"""What a vendor's configuration says of our settings, and what our settings are in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from stages.settings import NAMES, Settings
from tuner.formats.placed.node import Code

Origin = Literal["stated", "derived", "vendor default", "vendor stack", "code", "not known"]
OF_FILE: tuple[Origin, ...] = ("stated", "derived")
"""What a document says, as it is or through what is computed from it."""


@dataclass(frozen=True)
class Reading:
    """Our settings as a vendor's configuration has them."""

    target: str
    """The form that was found, such as agora-flat."""
    settings: Settings
    """Complete: what the configuration does not tell has the vendor's default, or ours."""
    origins: Mapping[str, Origin]
    """Our setting -> whether the document states it, or the vendor's default or stack does, or nothing (ours, then).

    derived: it is computed from values that the document states, such as rounded to steps, or the longer of two.
    code: the document's code sets it, so that it is not known; it has the vendor's default.
    """
    stated: Mapping[str, Any]
    """The vendor's path -> value, of all that was understood."""
    unknown: tuple[str, ...]
    """Paths that this vendor does not have, with the closest that it has."""
    doubts: tuple[str, ...]
    """What was understood and hardly says what we model, one sentence each."""
    idle: Mapping[str, str] = field(default_factory=dict)
    """The vendor's path -> why it has no effect in this file; `doubts` have that as sentences."""
    code: Mapping[str, Code] = field(default_factory=dict)
    """The vendor's path -> the code that sets it."""
    code_doubts: tuple[str, ...] = ()
    """Those of the doubts that say so."""
    faults: tuple[str, ...] = ()
    """Those of the doubts that are of the version."""
    version: str = ""
    """The package and version that it is read as; empty: one version only is known."""
    asked: str = ""
    """What differs in the other versions that the file may be for, and how to say which it is; empty: nothing."""

    @property
    def ours(self) -> dict[str, Any]:
        """The settings that the vendor's configuration decides."""
        flat = self.settings.flat()
        return {name: flat[name] for name in NAMES if self.origins[name] in (*OF_FILE, "vendor default")}


@dataclass(frozen=True)
class Apart:
    """A setting of ours that the configuration does not carry."""

    name: str
    value: Any
    reason: str
    """Where to set it, or why it cannot be set."""


@dataclass(frozen=True)
class Writing:
    """Our settings as a vendor's configuration."""

    target: str
    values: Mapping[str, Any]
    """The vendor's path -> value; None: the key is taken out."""
    inexact: Mapping[str, tuple[Any, Any]]
    """Our setting -> what was wanted, and the nearest that this vendor has, which is written."""
    elsewhere: tuple[Apart, ...]
    """To be set in another place than this configuration."""
    inexpressible: tuple[Apart, ...]
    """Not to be had on this vendor's stack."""
