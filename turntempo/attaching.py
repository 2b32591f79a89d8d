"""Attaching files to a case: first all are read and checked, then kept and logged, so that none is kept alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.connect import recording as connect_recording
from pipeline.connect.recording import ConnectRecording
from pipeline.importers import NOTHING, Imported, import_recording
from pipeline.importers.any_recording import read_any
from pipeline.recordings import read
from pipeline.simulation import Profile
from pipeline.turns.columns import Columns
from pipeline.writing import write_text
from stages.errors import OutputError
from stages.settings import Settings
from tuner.deploy.in_force import settings_in_force
from tuner.deploy.our_settings import our_settings
from tuner.followup.comparing import compare
from tuner.followup.comparison import Comparison
from tuner.followup.result_json import comparison_json
from tuner.formats.document import read_document
from tuner.recommendation.documents import pretty
from tuner.statistics.numbers import setting
from tuner.support.case import Case, Event, attachments, event, open_case
from tuner.support.case.checksums import sums_of
from tuner.support.case.folder import COMPARISON
from tuner.support.log import append
from tuner.targets.readings import OF_FILE, Reading
from turntempo import screen, stderr
from turntempo.changing import changing
from turntempo.show import origin
from turntempo.trial_plan import stack_of


@dataclass(frozen=True)
class Given:
    """The files and options of the command line."""

    files: tuple[Path, ...]
    recording: tuple[str, ...]
    after: tuple[str, ...]
    calls: str | None
    settings_file: Path | None
    config: Path | None
    vendor: str | None
    profile: str | None
    force: bool
    format_name: str | None
    chosen: Mapping[str, str]
    skip_bad: bool


@dataclass(frozen=True)
class Turns:
    """A recording as read; its settings are None where it does not have them."""

    columns: Columns
    settings: Settings | None

    @property
    def summary(self) -> str:
        return origin.corpus(self.columns)


def attach(given: Given, folder: Path, at: datetime, who: str, as_json: bool) -> None:
    """Attach the given files, and print what was understood. Raises InputError before any file is kept."""
    case = open_case(folder)
    attachments.require_room(
        case,
        recording=bool(given.recording),
        after=bool(given.after),
        config=bool(given.config),
        calls=given.calls is not None,
        force=given.force,
    )
    attachments.require_files(given.files)
    likeness = None if given.profile is None else Profile.load(given.profile)
    reading = _reading(given)
    calls = None if given.calls is None else _calls(given.calls, given.skip_bad)
    turns, later = _turns(given.recording, given, _said(given, reading)), _turns(given.after, given)
    settings = _settings(given, case, turns, reading)
    compared = _compared(case, turns, later, likeness) if later else None
    with changing(case.folder):
        happened = _keep(given, case, calls, turns, later, settings, reading, at, who)
        if compared:
            write_text(case.folder / COMPARISON, pretty(comparison_json(compared)), force=True)
            sums = sums_of(case.folder, (COMPARISON,))
            happened.append(event(at, who, "compared", " ".join(_summary(compared)), files=(COMPARISON,), sums=sums))
        append(case.log_file, *happened)
    _tell(happened, reading, compared, as_json)


def _said(given: Given, reading: Reading | None) -> Mapping[str, Any]:
    """The settings in force that the given files say, for what a log does not tell."""
    held = None if given.settings_file is None else our_settings(given.settings_file, given.recording)
    return (held.said if held else {}) | (reading.ours if reading else {})


def _calls(name: str, skip_bad: bool) -> ConnectRecording:
    calls = connect_recording.read(name, skip_bad)
    if calls.left_out.count:
        stderr.warn(f"left out {calls.left_out.count:,} lines; the first: {calls.left_out.examples[0]}")
    return calls


def _turns(names: Sequence[str], given: Given, said: Mapping[str, Any] = NOTHING) -> Turns | None:
    if not names:
        return None
    if given.format_name is None:
        found = read_any(names, given.skip_bad, in_force=said)
        recording = found.recording
        if recording.left_out.count:
            stderr.warn(f"left out {recording.left_out.count:,} lines; the first: {recording.left_out.examples[0]}")
        if found.imported is None:
            return Turns(recording.columns, recording.settings)
        return _imported(found.imported)
    return _imported(import_recording(given.format_name, names, given.chosen))


def _imported(imported: Imported) -> Turns:
    """The turns of an import; what was lost or is doubtful is said."""
    for fault in imported.report.faults:
        stderr.warn(fault.sentence())
    for severity in ("lost", "doubtful"):
        if notes := imported.report.of(severity):
            stderr.note(f"{severity}: {notes[0].message}; `turntempo import` lists all {len(notes):,}")
    return Turns(imported.columns, settings_in_force(imported))


def _reading(given: Given) -> Reading | None:
    """The customer's configuration as we understand it."""
    if given.config is None or given.vendor is None:
        return None
    text = read_document(given.config)
    return stack_of(given.vendor).read(text, str(given.config))


def _settings(given: Given, case: Case, turns: Turns | None, reading: Reading | None) -> Settings | None:
    """The settings in force, where the given files say something new about them.

    The first of these decides: the configuration; a settings file or the recording, where it is not just our default;
    the vendor's defaults; our defaults.
    """
    held = None if given.settings_file is None else our_settings(given.settings_file, given.recording)
    given_settings = held.settings if held else None
    for doubt in held.doubts if held else ():
        stderr.warn(doubt)
    if given_settings and case.settings not in (None, given_settings) and not given.force:
        raise OutputError(
            f"{case.settings_file}: other settings are attached already; --force puts these in their place"
        )
    if reading is None:
        return given_settings
    by_hand = case.settings if case.config is None else None  # else they are those of an earlier configuration
    rest = given_settings or by_hand or (turns.settings if turns else _recorded(case)) or Settings()
    ours, theirs, defaults = rest.flat(), reading.settings.flat(), Settings().flat()
    stated = {name for name, how in reading.origins.items() if how in OF_FILE}
    said = {name for name in ours if ours[name] != defaults[name]}
    if differ := [name for name in ours if name in stated & said and ours[name] != theirs[name]]:
        changed = ", ".join(f"{name} {setting(ours[name])}, now {setting(theirs[name])}" for name in differ)
        stderr.warn(f"the configuration is taken where it differs from the settings before: {changed}")
    return reading.settings.replace({name: ours[name] for name in said - stated})


def _recorded(case: Case) -> Settings | None:
    return None if case.recording is None else read(case.recording).settings


def _compared(case: Case, turns: Turns | None, later: Turns, profile: Profile | None) -> Comparison | None:
    """Whether the promise was kept; None, with the reason printed, where there is no recommendation yet."""
    if case.recommendation is None or (turns is None and case.recording is None):
        stderr.warn("nothing was promised yet, so there is nothing to compare with")
        stderr.hint(f"`turntempo tune {case.folder}`, then attach it again with --force")
        return None
    before = turns.columns if turns else read(str(case.recording)).columns
    return compare(case.recommendation, before, later.columns, later.settings, profile)


def _keep(
    given: Given,
    case: Case,
    calls: ConnectRecording | None,
    turns: Turns | None,
    later: Turns | None,
    settings: Settings | None,
    reading: Reading | None,
    at: datetime,
    who: str,
) -> list[Event]:
    """Write the files, with an event in the log for each."""
    events: list[Event] = []

    def log_attached(kept: attachments.Kept, text: str, **details: Any) -> None:
        digest = {"sha256": kept.sha256, "bytes": kept.bytes}
        events.append(event(at, who, "attached", text, files=(kept.name,), details=digest | details))

    if calls is not None:
        kept = attachments.keep_calls(case, calls, given.force)
        log_attached(kept, f"{len(calls.sessions):,} calls that connect or do not", calls=len(calls.sessions))
    for one, after in ((turns, False), (later, True)):
        if one:
            kept = attachments.keep_recording(case, one.columns, one.settings, after=after, force=given.force)
            which = "under the recommended settings" if after else "under the settings in force"
            log_attached(
                kept, f"{one.summary}, {which}", turns=len(one.columns), settings=bool(one.settings) and not after
            )
    if given.config and reading:
        kept = attachments.keep_config(case, given.config, given.force)
        log_attached(kept, f"configuration for {reading.target}", vendor=given.vendor, unknown=list(reading.unknown))
    if settings:
        log_attached(attachments.keep_settings(case, settings), "the settings in force", settings=True)
    for path in given.files:
        log_attached(attachments.keep(case, path), f"received as {path.name}")
    return events


def _summary(compared: Comparison) -> list[str]:
    from tuner.followup.sentences import sentences

    return sentences(compared)


def _tell(happened: list[Event], reading: Reading | None, compared: Comparison | None, as_json: bool) -> None:
    from tuner.pages.comparison import comparison_page
    from turntempo.show import document

    if as_json:
        screen.show_json(
            {
                "attached": [one.model_dump(mode="json", exclude_defaults=True) for one in happened],
                "unknown": list(reading.unknown) if reading else [],
                "doubts": list(reading.doubts) if reading else [],
                "comparison": compared and comparison_json(compared),
            }
        )
        return
    for one in happened:
        if one.kind == "attached":
            stderr.note(f"attached {one.files[0]}: {one.text}")
    if reading:
        if reading.asked:
            stderr.warn(reading.asked)
        for text in reading.unknown:
            stderr.warn(f"not understood, left as it is: {text}")
        for text in reading.doubts:
            stderr.warn(text)
    if compared:
        screen.show(document.shown(comparison_page(compared, document.TERMINAL).chapters))
