"""A/B plans, with the present figures from a case or a folder of `turntempo tune` where one is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.recordings import read
from stages.errors import InputError
from tuner.formats.document import read_document
from tuner.recommendation.form import AGAIN, read_result
from tuner.recommendation.result_files import RECOMMENDATION
from tuner.support.case import is_case, open_case
from tuner.targets.target import Target
from tuner.targets.trials.abstract import ABSTRACT, untimed_settings
from tuner.targets.trials.trial import ASSUMED, Baseline, Trial, trial


def plan(source: Path, stack: Target, base: Path | None) -> tuple[Trial, ...]:
    """A trial for each of the vendor's settings that cannot be simulated. Raises InputError where it has none."""
    found = untimed_settings(stack.name)
    if not found:
        raise InputError(f"{stack.title}: all that is known of its settings can be simulated: export them without --ab")
    stated = {} if base is None else stack.read(read_document(base), str(base)).stated
    baseline = _baseline(source)
    return tuple(trial(one, baseline, stated) for one in found)


def stack_of(vendor: str) -> Target:
    """A vendor to read for its settings: one that is written, or one of which nothing can be simulated."""
    from tuner.targets import target

    return ABSTRACT[vendor] if vendor in ABSTRACT else target(vendor)


def own_of(source: Path) -> tuple[str | None, Path | None]:
    """A case's own vendor and configuration, where it has them."""
    if not is_case(source):
        return None, None
    case = open_case(source)
    return case.config_vendor, case.config


def _baseline(source: Path) -> Baseline:
    """The present figures: of a recommendation, else of a case's recording, else none."""
    recommendation = _recommendation(source)
    if recommendation is not None:
        try:
            return Baseline.of(recommendation)
        except (KeyError, TypeError) as error:
            raise InputError(f"{source}: {RECOMMENDATION} lacks figures ({error}); {AGAIN}") from None
    recording = open_case(source).recording if is_case(source) else None
    return ASSUMED if recording is None else Baseline.measured(read([str(recording)]).columns)


def _recommendation(source: Path) -> dict[str, Any] | None:
    if is_case(source):
        return open_case(source).recommendation
    file = source / RECOMMENDATION
    return read_result(file) if source.is_dir() and file.is_file() else None
