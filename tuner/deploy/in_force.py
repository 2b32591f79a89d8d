"""The settings in force of an import, where the source has them: as ours, or in the vendor's own form."""

from __future__ import annotations

import numpy as np

from pipeline.completion import Completed, Fit, complete
from pipeline.completion.fit import TOLERANCE_MS, TOLERANCE_SHARE
from pipeline.importers import Imported, VendorSettings
from pipeline.importers.any_recording import AnyRecording
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile
from pipeline.simulation.profile import STAGES_ONLY
from pipeline.turns.columns import Columns
from stages.errors import InputError
from stages.settings import Settings
from tuner.targets import target


def settings_in_force(imported: Imported) -> Settings | None:
    """The settings that the turns were recorded under; None: the source does not say.

    What a vendor's document leaves out has the vendor's default.
    """
    if imported.settings is not None or imported.vendor is None:
        return imported.settings
    return read_vendor(imported.vendor)


def recorded_settings(found: AnyRecording) -> Settings | None:
    """The settings that a recording or log names as in force; None: it does not."""
    return found.recording.settings if found.imported is None else settings_in_force(found.imported)


def read_vendor(vendor: VendorSettings) -> Settings:
    """Our settings from a vendor's document."""
    return target(vendor.target).read(vendor.document, vendor.source).settings


USUAL_PROFILE = f"support-call{STAGES_ONLY}"
"""What turns are filled in from where they hold too little and no profile is named.

What users do, pauses and speech over the agent, is not: nobody said that these users do the same.
"""


def completed_anyway(
    columns: Columns, seed: int, likeness: Profile | None, in_force: Settings
) -> tuple[Completed, str]:
    """The turns with every value that an engine needs, and the profile where one was taken that nobody named.

    Logs of other tools lack fields, and so does what was imported from them: they are not refused for it. Raises
    InputError where no time of any stage was recorded, since all would be assumed.
    """
    try:
        return complete(columns, seed, likeness, in_force), ""
    except InputError:
        times = (columns.final_ms, columns.ttft_ms, columns.ttfb_ms, columns.response_ms)
        if likeness is not None or not any(np.isfinite(one).any() for one in times):
            raise
        return complete(columns, seed, Profile.load(USUAL_PROFILE), in_force), USUAL_PROFILE


def fit_of(columns: Columns, in_force: Settings, profile: str | None) -> tuple[Fit, str]:
    """What was measured beside what the model says of a log, and the profile that was taken and not named."""
    completed, instead = completed_anyway(columns, 0, Profile.load(profile) if profile else None, in_force)
    return completed.fit, instead


def modelled_wait(completed: Completed) -> float | None:
    """The median time from the end of speech to the end of the turn under the settings in force, in ms.

    None: no turn is answered.
    """
    outcomes = Batch(completed.columns).outcomes(completed.in_force)
    waits = (outcomes.endpoint + outcomes.asr)[np.isfinite(outcomes.response_ms)]
    return float(np.quantile(waits, 0.5, method="inverted_cdf")) if len(waits) else None


def is_close(modelled_ms: float, measured_ms: float) -> bool:
    """Whether two times differ by no more than those that fit."""
    return abs(modelled_ms - measured_ms) <= max(TOLERANCE_MS, TOLERANCE_SHARE * measured_ms)
