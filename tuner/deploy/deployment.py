"""The settings to deploy, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.recordings import read_settings
from pipeline.writing import finish
from stages.errors import InputError
from stages.i18n import Said, joined, say
from stages.settings import Settings, parse
from tuner.deploy.our_settings import our_settings
from tuner.formats.document import read_document
from tuner.recommendation.form import read_result
from tuner.recommendation.result_files import RECOMMENDATION, SETTINGS
from tuner.space.deployable import EVERYTHING, DeployableSpace
from tuner.statistics.limits import Limit
from tuner.statistics.numbers import settings_apart
from tuner.support.case import Case, is_case, open_case
from tuner.targets import target
from tuner.targets.target import Target


@dataclass(frozen=True)
class Promise:
    """What a recommendation was judged on, and the limits that it keeps."""

    recording: tuple[str, ...]
    """The files; none where they are not known."""
    seed: int
    profile: str | None
    limits: tuple[Limit, ...]
    assumed: str | None = None
    """The profile that the turns are simulated from."""
    turns: int = 0

    @classmethod
    def of(cls, recommendation: Mapping[str, Any], recording: Path | None = None) -> Promise:
        """From recommendation.json, and the case's own recording. Raises InputError where a value is missing."""
        try:
            return cls._of(recommendation, recording)
        except KeyError as error:
            raise InputError(f"{RECOMMENDATION}: {error} is missing; make it anew with `turntempo tune`") from None

    @classmethod
    def _of(cls, recommendation: Mapping[str, Any], recording: Path | None) -> Promise:
        names = (str(recording),) if recording else tuple(recommendation.get("recording", ()))
        limits = tuple(Limit(one["name"], one["value"], one["origin"]) for one in recommendation.get("limits", ()))
        profile = (recommendation.get("filled_in") or {}).get("profile")
        assumed, seed = recommendation.get("assumed"), int(recommendation.get("seed", 0))
        parts = [recommendation.get(name) or {} for name in ("tuning", "held_out")]
        return cls(names, seed, profile, limits, assumed, sum(part.get("turns", 0) for part in parts))


@dataclass(frozen=True)
class Deployment:
    """Settings with their origin."""

    settings: Settings
    description: str
    """What they are, in words."""
    in_force: Settings | None = None
    """The settings that they replace, where they are known."""
    case: Case | None = None
    proven: bool = True
    """False: nothing better was shown, so these are the settings in force."""
    promise: Promise | None = None
    """What was promised of them; None: nothing was."""
    doubts: tuple[Said, ...] = ()
    """How a vendor's file was read, where the settings are from one."""
    named: frozenset[str] | None = None
    """The settings that a partial settings file states: only these are to be deployed; None: all are."""


def deployment(source: Path) -> Deployment:
    """The settings that a case, a folder of `turntempo tune` or a settings file holds. Raises InputError."""
    if is_case(source):
        return _of_case(open_case(source))
    if not source.is_dir():
        held = our_settings(source)
        named = held.stated if held.partial else None
        return Deployment(held.settings, f"the settings in {source}", doubts=held.doubts, named=named)
    finish(source)
    file = source / RECOMMENDATION
    if not (source / SETTINGS).is_file() and file.is_file():
        raise InputError(
            f"{source}: recommends nothing, as no settings that were tried keep the limits; {RECOMMENDATION} names the "
            "nearest that can be kept: `turntempo tune` again with these"
        )
    if not (source / SETTINGS).is_file():
        raise InputError(f"{source}: has no {SETTINGS}: give a folder that `turntempo tune` wrote, a case or a file")
    return _recommended(read_settings(source / SETTINGS), read_result(file) if file.is_file() else {}, str(source))


def _of_case(case: Case) -> Deployment:
    if case.recommended is not None:
        found = _recommended(case.recommended, case.recommendation or {}, str(case.tuning))
        promise = found.promise and Promise.of(case.recommendation or {}, case.recording)
        return replace(found, case=case, promise=promise)
    if case.settings is None:
        raise InputError(
            f"{case.folder}: has no recommendation and no settings yet; `turntempo tune {case.folder}` makes one"
        )
    description = "the settings in force: nothing is recommended yet"
    return Deployment(case.settings, description, case.settings, case, proven=False)


def _recommended(settings: Settings, recommendation: dict[str, Any], where: str) -> Deployment:
    """The settings of a recommendation; those in force where it recommends no others."""
    before = recommendation.get("settings_in_force")
    in_force = None if before is None else parse(before, f"{where}/{RECOMMENDATION}")
    status = recommendation.get("status", "recommended")
    if status == "recommended":
        promise = Promise.of(recommendation) if recommendation else None
        return Deployment(settings, f"the settings recommended in {where}", in_force, promise=promise)
    why = f"the settings in force: {where} recommends no others ({status})"
    return Deployment(settings, why, in_force, proven=False)


def form_of(case: Case) -> str | None:
    """The form of the vendor's configuration in a case, such as agora-flat; None: it has none."""
    if case.config is None or case.config_vendor is None:
        return case.config_vendor
    stack, found = target(case.config_vendor).of_file(read_document(case.config), str(case.config))
    return stack.form(found.tree).name


@dataclass(frozen=True)
class StackSettings:
    """The settings in force as a stack can have them, and what a search for it may try."""

    settings: Settings
    deployable: DeployableSpace = EVERYTHING
    doubt: Said | None = None
    """Which values had to be changed for it."""


def deployable_on(stack: Target | None, settings: Settings, elsewhere: bool = False) -> StackSettings:
    """`elsewhere`: also what is set in another place than the vendor's configuration may be tried."""
    if stack is None:
        return StackSettings(settings)
    near, before = stack.as_deployed(settings), settings.flat()
    others = [
        say("inputs.as_on_stack", name=name, near=shown[0], value=shown[1])
        for name, value in near.flat().items()
        if (shown := settings_apart(value, before[name]))
    ]
    doubt = say("inputs.not_on_stack", stack=stack.title, others=joined(others, "comma")) if others else None
    deployable = stack.deployable_space()
    return StackSettings(near, deployable.with_elsewhere() if elsewhere else deployable, doubt)


def deployable_of_case(case: Case | None, settings: Settings) -> DeployableSpace:
    """What the vendor whose configuration a case has can be set to; everything where there is none.

    Everything too where the settings in force are not that vendor's.
    """
    return deployable_of_form(None if case is None else form_of(case), settings)


def deployable_of_form(vendor: str | None, settings: Settings) -> DeployableSpace:
    """What this form of a vendor's configuration can be set to; everything where there is none.

    Everything too where the settings in force are not that vendor's.
    """
    deployable = EVERYTHING if vendor is None else target(vendor).deployable_space()
    return deployable if deployable.takes(settings) else EVERYTHING
