"""What a command works on: the turns as read and as completed, and the settings they are judged under."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.completion import Completed, CompletionReport, Fit, complete
from pipeline.importers import ImportReport, SoundPlaces
from pipeline.importers.any_recording import read_any
from pipeline.importers.typed.typed import ASSUMED
from pipeline.recordings import LeftOut
from pipeline.recordings.store import selection_of
from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from pipeline.turns.evidence import Evidence
from stages.errors import InputError
from stages.i18n import Said, say
from stages.settings import Settings
from tuner.deploy.deployment import Promise
from tuner.deploy.in_force import completed_anyway, is_close, modelled_wait, recorded_settings
from tuner.deploy.our_settings import our_settings, settings_within
from tuner.deploy.probes import probe_doubts
from tuner.statistics.known import assumed_sentences
from tuner.support.case import Case, is_case, open_case

DEFAULTS = "the defaults"
ASSUMED_TURNS = 5_000
"""Simulated in the place of a recording, where no other number is asked for."""

FILES_LOOKED_AT = 3
"""Logs that are looked at for settings."""

NAMES_COMPARED = 5_000
"""The most ids that are searched for the closest one."""


@dataclass(frozen=True)
class Inputs:
    """Turns and settings, checked, with where they came from."""

    names: tuple[str, ...]
    """The recording's files."""
    completed: Completed
    left_out: LeftOut
    settings: Settings
    settings_from: str
    assumed: Profile | None = None
    """What the turns are simulated from; None: they were recorded."""
    sets: tuple[str, ...] = ()
    """`NAME=VALUE`, changed for this command: `settings` are those of `settings_from` with these."""
    report: ImportReport | None = None
    """Of the import, where the turns come from the log of another tool."""
    sound: SoundPlaces | None = None
    """Where the turns stand in the sound, where they were heard in it."""
    of_settings: tuple[Said, ...] = ()
    """How a vendor's file that was given as settings was read, one sentence each."""
    instead: str = ""
    """The profile that the turns are filled in from, where nobody named one and they hold too little."""
    vendor: str | None = None
    """The form of the vendor's configuration that was given as settings; None: ours were given, or none."""
    within: tuple[tuple[str, str], ...] = ()
    """Logs that hold settings too which nobody named as those in force: file and vendor."""

    @property
    def recorded(self) -> Columns:
        """The turns as read: some values may be missing, or only lower bounds."""
        return self.completed.recording

    @property
    def complete(self) -> Columns:
        """The same turns with every value that an engine needs."""
        return self.completed.columns

    @property
    def filled_in(self) -> CompletionReport:
        """What was taken for the values that were missing."""
        return self.completed.report

    @property
    def in_force(self) -> Settings:
        """The settings while recording: the recording's own, else those given."""
        return self.completed.in_force

    @property
    def fit(self) -> Fit:
        """What was measured beside what the model says under the settings in force."""
        return self.completed.fit

    def assumptions(self) -> tuple[Said, ...]:
        """What a profile gave in place of pauses or overlaps that were not recorded; none where the turns have them."""
        return assumed_sentences(Evidence.of(self.complete).assumed)

    @property
    def completion(self) -> Completed | None:
        """What a search of the same recording need not do again; None: the turns are simulated, none was completed."""
        return None if self.assumed else self.completed

    def place(self, turn_id: str) -> int:
        """Where a turn stands in the columns; InputError, with the closest name, if there is none."""
        found = self.complete.find(turn_id)
        if found is None:
            raise InputError(
                f"no turn {turn_id!r} among these {len(self.complete):,}; did you mean {self._closest(turn_id)!r}?"
            )
        return found

    def _closest(self, turn_id: str) -> str:
        names = [name.decode() for name in self.complete.ids[:NAMES_COMPARED].tolist()]
        begun = [name for name in names if name.startswith(turn_id)]
        close: list[str] = begun or difflib.get_close_matches(turn_id, names, n=1) or names
        return close[0]

    @property
    def settings_assumed(self) -> bool:
        """Nothing says which settings were in force, so the defaults are taken."""
        return self.settings_from == DEFAULTS

    def doubts(self) -> tuple[Said, ...]:
        """What is doubtful, one sentence each."""
        found = [say("inputs.odd_settings", doubt=doubt) for doubt in self.settings.doubts()]
        if self.settings_assumed:
            found = [say("inputs.settings_within", file=file, vendor=vendor) for file, vendor in self.within] + found
            found.insert(0, say("inputs.unsaid_profile" if self.assumed else "inputs.unsaid"))
        found = [*self.of_settings, *found, *self._of_import(), *self._of_wait(), *self._of_probes()]
        if count := self.left_out.count:
            rules = ", ".join(f"{rule} {n}" for rule, n in self.left_out.by_rule.most_common())
            one = say("inputs.one_left_out" if count == 1 else "inputs.left_out", n=count)
            found.append(say("inputs.left_out_why", lines=one, rules=rules, first=self.left_out.examples[0]))
        return tuple(found)

    def _of_import(self) -> list[Said]:
        """What is doubtful about the turns: how a log was read, and what they were filled in from."""
        filled = [say("inputs.log_profile", profile=self.instead)] if self.instead else []
        if self.report is None:
            return filled
        name = "inputs.assumed_figures" if self.report.assumed else "inputs.imported"
        found = [say(name, format=self.report.format, n=self.report.turns), *filled]
        if lost := self.report.of("lost"):
            found.append(say("inputs.lost", n=len(lost), first=lost[0].message))
        return found + [fault.sentence() for fault in self.report.faults]

    def _of_probes(self) -> list[Said]:
        """What is doubtful about stages that a probe measured."""
        profile = self.assumed or self.completed.profile
        return [] if profile is None else [doubt for probe in profile.probed for doubt in probe_doubts(probe)]

    def _of_wait(self) -> list[Said]:
        """The wait that the log measured, where the settings taken for those in force wait otherwise."""
        wait = None if self.report is None else self.report.wait
        modelled = None if wait is None else modelled_wait(self.completed)
        if wait is None or modelled is None or is_close(modelled, wait.p50_ms):
            return []
        key = "inputs.wait_unsaid" if self.settings_assumed else "inputs.wait_differs"
        return [say(key, n=wait.turns, measured=wait.p50_ms, modelled=modelled, settings=self.settings_from)]

    def json_dict(self) -> dict[str, Any]:
        """What a result rests on, for programs."""
        imported = {} if self.report is None else {"import": self.report.json_dict()}
        return imported | {
            "recording": list(self.names),
            "settings": self.settings.json_dict(),
            "settings_from": self.settings_from,
            "set": list(self.sets),
            "filled_in": self.filled_in.json_dict(),
            "left_out": dict(self.left_out.by_rule),
            "fit": self.fit.json_dict(),
        }


def load(
    turns: Sequence[str],
    settings_file: Path | None,
    seed: int,
    profile: str | None,
    skip_bad: bool = False,
    watch: Callable[[int], None] | None = None,
    fallback: Settings | None = None,
    options: Mapping[str, Any] | None = None,
) -> Inputs:
    """The turns in these files and the settings. Raises InputError.

    `watch` is called with the number of turns read so far.
    `fallback`: what is taken as in force where nothing says it; None: the defaults. `options`: of the importer.
    """
    turns, settings_file = _of_case(turns, settings_file)
    held = None if settings_file is None else our_settings(settings_file, turns)
    given, of_settings = (held.settings, held.doubts) if held else (None, ())
    likeness = None if profile is None else Profile.load(profile)
    found = read_any(turns, skip_bad, watch, options, held.said if held else {})
    recording, recorded = found.recording, recorded_settings(found)
    settings, source = given or recorded or fallback or Settings(), DEFAULTS
    if given is not None:
        source = str(settings_file)
    elif recorded is not None:
        source = "the recording"
    completed, instead = completed_anyway(recording.columns, seed, likeness, recorded or settings)
    report = found.imported.report if found.imported else None
    return Inputs(
        tuple(turns),
        _as_typed(completed) if _is_typed(report, recording.columns) else completed,
        recording.left_out,
        settings,
        source,
        report=report,
        sound=found.imported.sound if found.imported else None,
        of_settings=of_settings,
        instead=instead,
        vendor=held.vendor if held else None,
        within=_with_settings(report) if report and source == DEFAULTS else (),
    )


def _is_typed(report: ImportReport | None, columns: Columns) -> bool:
    """Whether somebody typed the turns' times: in the file given, or in the one that was imported before."""
    if report is not None:
        return report.assumed
    return len(columns.session_names) > 0 and all(
        name.startswith(f"{ASSUMED}-".encode()) for name in columns.session_names
    )


def _as_typed(completed: Completed) -> Completed:
    """The same turns, whose response times nobody measured."""
    return replace(completed, fit=replace(completed.fit, typed=True))


def _with_settings(report: ImportReport) -> tuple[tuple[str, str], ...]:
    """The files of an import that hold settings too, of the first few, with their vendors."""
    found = ((file, settings_within(file)) for file in report.files[:FILES_LOOKED_AT])
    return tuple((file, vendor) for file, vendor in found if vendor is not None)


def promised_turns(promise: Promise, in_force: Settings | None) -> Columns | None:
    """The turns that a promise was made on, completed as they were then; None: their files are not there."""
    if promise.assumed is not None:
        return simulate(Profile.load(promise.assumed), promise.turns, promise.seed)
    if not promise.recording or not all(Path(selection_of(name).file).is_file() for name in promise.recording):
        return None
    recording = read_any(list(promise.recording)).recording
    profile = None if promise.profile is None else Profile.load(promise.profile)
    under = recording.settings or in_force or Settings()
    return complete(recording.columns, promise.seed, profile, under).columns


def case_among(turns: Sequence[str]) -> Case | None:
    """The case that is given in place of a recording; InputError where it is given with others."""
    folders = [path for path in turns if is_case(path)]
    if not folders:
        return None
    if len(turns) > 1:
        raise InputError(f"{folders[0]} is a case: name it alone, as its recording and settings belong together")
    return open_case(folders[0])


def _of_case(turns: Sequence[str], settings_file: Path | None) -> tuple[Sequence[str], Path | None]:
    """A case's recording, and its settings unless others are named."""
    case = case_among(turns)
    if case is None:
        return turns, settings_file
    if case.recording is None:
        raise InputError(
            f"{case.folder}: no recording is attached yet; `turntempo case attach {case.folder} --recording FILE` does "
            f"it, and `turntempo diagnose {case.folder} --profile NAME` reasons without one"
        )
    return [str(case.recording)], settings_file or case.settings_file


def assumed(profile: str, turns: int, seed: int, settings_file: Path | None) -> Inputs:
    """Simulated turns of a profile, in place of a recording."""
    likeness = Profile.load(profile)
    held = None if settings_file is None else our_settings(settings_file)
    settings, of_settings = (held.settings, held.doubts) if held else (Settings(), ())
    made = simulate(likeness, turns, seed)
    nothing = Completed(made, CompletionReport(turns, profile, {}, {}), Fit(turns, 0, 0), made, seed, None, settings)
    source = DEFAULTS if settings_file is None else str(settings_file)
    vendor = held.vendor if held else None
    return Inputs((), nothing, LeftOut(), settings, source, likeness, of_settings=of_settings, vendor=vendor)
