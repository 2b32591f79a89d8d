"""The settings that can be exported, with their origin and whether they were proven to be better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stages.i18n import Said, say
from stages.settings import Settings
from tui.state.app_state import PINS, AppState, Opened
from tuner.deploy.deliverable import Deliverable, deliverable
from tuner.deploy.readback import ReadBack
from tuner.statistics.limits import Limit
from tuner.targets import all_targets
from tuner.targets.target import Target

FROM_A_SEARCH = frozenset({"recommended", "estimate", "picked"})


@dataclass(frozen=True)
class ExportChoice:
    """Settings that can be exported."""

    name: str
    """recommended, estimate, picked, sliders, A, B, in_force."""
    settings: Settings
    replaces: Settings
    description: Said
    """What the settings are, for a case's log."""
    doubt: Said | None = None
    """Why the settings are not proven; None: they are proven, or in force."""
    promised: bool = True
    """Figures were shown for them as settings to deploy; false for those in force."""


def export_choices(app_state: AppState, opened: Opened) -> tuple[ExportChoice, ...]:
    """The settings that can be exported now, the safest to deploy first."""
    found, made = app_state.result, list[ExportChoice]()
    in_force = opened.settings if found is None else found.recommendation.task.settings
    if found is not None:
        one, where = found.recommendation, str(found.folder)
        if one.status == "recommended":
            doubt = say("export.provisional") if one.provisional else None
            made.append(
                ExportChoice("recommended", one.settings, in_force, say("export.from_recommended", where=where), doubt)
            )
        if one.estimate is not None:
            text = say("export.from_estimate", where=where)
            made.append(ExportChoice("estimate", one.estimate, in_force, text, say("export.doubt_estimate")))
    if app_state.picked is not None:
        text, doubt = say("export.from_picked"), say("export.doubt_picked")
        made.append(ExportChoice("picked", app_state.picked.settings, in_force, text, doubt))
    if app_state.sliders != opened.settings:
        text, doubt = say("export.from_sliders"), say("export.doubt_tried")
        made.append(ExportChoice("sliders", app_state.sliders, opened.settings, text, doubt))
    for pin in PINS:
        if pin in app_state.pins:
            text, doubt = say("export.from_pin", pin=pin), say("export.doubt_tried")
            made.append(ExportChoice(pin, app_state.pins[pin], opened.settings, text, doubt))
    text = say("export.from_in_force")
    return (*made, ExportChoice("in_force", opened.settings, opened.settings, text, promised=False))


def made_and_read_back(
    stack: Target, choice: ExportChoice, base: Path | None, keep_secrets: bool, opened: Opened, limits: Sequence[Limit]
) -> tuple[Deliverable, ReadBack | None]:
    """The vendor's file, and the same read back and replayed on the open turns; None: nothing was promised of it.

    `limits`: those that the settings were judged by. Raises SettingsError.
    """
    made = deliverable(stack, choice.settings, choice.replaces, base, keep_secrets)
    return made, made.read_back(opened.inputs.complete, limits) if choice.promised else None


def limits_of(app_state: AppState, choice: ExportChoice) -> tuple[Limit, ...]:
    """The limits that these settings were judged by: those of the search they come from, else those of the app."""
    if app_state.result is not None and choice.name in FROM_A_SEARCH:
        return app_state.result.recommendation.limits
    return () if app_state.opened is None else app_state.opened.limits


def targets_for(opened: Opened, searched: str = "") -> tuple[Target, ...]:
    """Every vendor and plain format; the case's own first, else the one that was searched for."""
    first = (opened.case.config_vendor if opened.case else None) or searched
    return tuple(sorted(all_targets().values(), key=lambda one: one.name != first))


def own_base(opened: Opened, target: Target) -> Path | None:
    """The case's configuration, if it is of this vendor."""
    case = opened.case
    return case.config if case and case.config_vendor == target.name else None
