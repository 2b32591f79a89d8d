"""Vendors' configurations: ours out of theirs, and theirs out of ours.

A vendor is a module below `vendors/` with `TARGETS`; the suite in `tests/tuner/targets` runs on all of them.
"""

from __future__ import annotations

import importlib
from functools import cache

from stages.errors import InputError, UnknownName
from stages.i18n import say
from tuner.targets.target import Target
from tuner.targets.versions.history import LATER
from tuner.targets.versions.version import spec

MODULES = (
    "neutral",
    "agora.target",
    "livekit.target",
    "livekit.node",
    "pipecat.target",
    "xiaozhi",
    "agora.shengwang",
    "openai_realtime",
    "gemini",
    "deepgram",
    "assemblyai",
    "vapi",
    "retell",
    "elevenlabs",
    "ultravox",
    "volcengine",
    "tencent",
)
"""The modules that hold targets, in the order in which they are listed."""


@cache
def all_targets() -> dict[str, Target]:
    """Name -> target."""
    modules = (importlib.import_module(f"tuner.targets.vendors.{name}") for name in MODULES)
    return {target.name: target for module in modules for target in module.TARGETS}


@cache
def _all_forms() -> dict[str, Target]:
    """The same with the older forms, which have names of their own."""
    older = {form.name: form for one in all_targets().values() for form in one.older}
    return older | all_targets()


def said_reasons() -> dict[str, str]:
    """Why settings are left alone for a vendor: as it is written in a file -> as it was said, for other languages."""
    forms = _all_forms().values()
    later = (say("reach.lacks", stack=form.title, why=LATER) for form in forms)
    return {str(why): why for form in forms for why in (*form.deployable_space().reasons.values(), *later)}


def target(name: str) -> Target:
    """The target, or the older form of one, of this name; `livekit@1.2.7` as that version has it.

    UnknownName, with the closest, if there is none; InputError if its settings have no times.
    """
    from tuner.targets.trials.abstract import ABSTRACT

    name, _, versions = name.partition("@")
    found = _all_forms()
    if name in ABSTRACT:
        raise InputError(
            f"{ABSTRACT[name].title}: no times are published for its settings, so none can be simulated or written; "
            f"`turntempo export SETTINGS --to {name}` plans a trial of them on real calls"
        )
    if name not in found and (older := _of_older(name, versions)):
        return older
    if name not in found:
        raise UnknownName("vendor", name, (*found, *ABSTRACT))
    return found[name].of_versions(spec(versions)) if versions else found[name]


def _of_older(name: str, versions: str) -> Target | None:
    """A form that only older versions of a vendor's package have."""
    families = (one for one in all_targets().values() if one.history and name.startswith(one.name))
    dated = (one.of_versions(spec(versions)) for one in families if versions)
    return next((form for one in dated for form in (one, *one.older) if form.name.partition("@")[0] == name), None)
