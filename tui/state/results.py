"""Where a search writes its result, and how an earlier result is read back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from pipeline.writing import together
from stages.errors import TurntempoError
from stages.settings import Settings, parse
from tui.state.app_state import Opened, SearchResult
from tui.state.turn_source import TurnSource
from tuner.deploy.deliverable import write_beside
from tuner.recommendation.form import read_result
from tuner.recommendation.reading import read_recommendation
from tuner.recommendation.recommendation import Recommendation
from tuner.recommendation.result_files import JOURNAL, RECOMMENDATION, write_dossier
from tuner.search.journal import digest
from tuner.support.case import open_case
from tuner.support.case.results import log_tuned
from tuner.targets import all_targets
from tuner.targets.target import Target

TUNED = "tuned"


def results_folder(opened: Opened, memory: Path) -> Path:
    """The case's own folder; else a folder in the app's memory, named by a digest of the source."""
    return opened.case.tuning if opened.case else memory / TUNED / _named(opened.source)


def has_result(folder: Path) -> bool:
    return (folder / RECOMMENDATION).is_file()


def has_journal(folder: Path) -> bool:
    """Whether a search was started there."""
    return (folder / JOURNAL).is_file()


def restore_result(opened: Opened, folder: Path) -> SearchResult | None:
    """The result of an earlier search on these turns; None: none. Raises InputError if it is of other turns."""
    file = folder / RECOMMENDATION
    if not file.is_file():
        return None
    data = read_result(file)
    settings = opened.settings
    if (searched := data.get("settings_in_force")) is not None and parse(searched, str(file)) in _start_settings(
        opened
    ):
        settings = parse(searched, str(file))
    return SearchResult(read_recommendation(data, opened.inputs.recorded, settings, str(file)), folder)


def write_result(
    opened: Opened, folder: Path, found: Recommendation, stack: Target | None, now: Callable[[], datetime], who: str
) -> SearchResult:
    """Write the result as `turntempo tune` does, with an entry in the case's log. A write error is in the answer."""
    try:
        with together(opened.case.folder if opened.case else folder):
            write_dossier(folder, found, opened.inputs.names)
            if stack is not None:
                write_beside(folder, stack, found, opened.inputs.complete)
            if opened.case:
                log_tuned(open_case(opened.case.folder), folder, found, now(), who)
    except TurntempoError as error:
        return SearchResult(found, folder, str(error))
    return SearchResult(found, folder)


def _named(source: TurnSource) -> str:
    data = source.json_dict()
    if source.kind != "profile":
        data["name"] = str(Path(source.name).expanduser().resolve())
    return digest(*sorted(data.items()))


def _start_settings(opened: Opened) -> Iterator[Settings]:
    """The settings from which a search for each vendor starts."""
    for stack in all_targets().values():
        for form in (stack, *stack.older):
            with contextlib.suppress(TurntempoError):  # a vendor without values near the settings in force
                yield form.as_deployed(opened.settings)
