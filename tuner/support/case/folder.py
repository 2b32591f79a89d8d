"""A case: one folder of plain files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.recordings import read_settings
from pipeline.recordings.regular_file import open_regular
from pipeline.writing import finish, make_folder, together, write_text
from stages.errors import InputError, OutputError
from stages.settings import Settings
from tuner.recommendation.documents import read_json
from tuner.recommendation.form import read_result
from tuner.support.intake import form
from tuner.support.intake.complaints import no_connection
from tuner.support.intake.configured import LONGEST, configured
from tuner.support.intake.intake import Intake
from tuner.support.intake.missing import Missing, known, missing
from tuner.support.intake.triage import Triage, triage
from tuner.support.log import Event, Log, append, read_log

FORMS = ("case.toml", "case.yaml", "case.yml")
LOG, SETTINGS = "log.jsonl", "settings.json"
ATTACHMENTS, TUNING, EXPORT, REPORT = "attachments", "tuning", "export", "report"
RECORDING, AFTER, CONFIG, CALLS = "recording", "recording-after", "config", "calls"
COMPARISON = "comparison.json"
OWN = frozenset((*FORMS, LOG, SETTINGS, ATTACHMENTS, TUNING, EXPORT, REPORT, COMPARISON))
SUFFIXES = (".jsonl.gz", ".jsonl", ".parquet")
"""The suffixes of a recording in a case, in the order in which they are looked for."""


@dataclass(frozen=True)
class Case:
    """A case as it was when it was opened. `open_case` reads one, `record` writes events to it."""

    folder: Path
    form: Path
    intake: Intake
    log: Log

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.resolve().name

    @property
    def title(self) -> str:
        """The title in one line: the form's, else the folder's name."""
        return self.intake.title or self.name

    def holds(self, path: Path) -> bool:
        """Whether a path is in the case's folder."""
        return path.resolve().is_relative_to(self.folder.resolve())

    @property
    def log_file(self) -> Path:
        return self.folder / LOG

    @property
    def attachments(self) -> Path:
        """The folder of the customer's files, as received. This and the folders below may not exist yet."""
        return self.folder / ATTACHMENTS

    @property
    def tuning(self) -> Path:
        """What `turntempo tune` writes: settings.json, recommendation.json, frontier.csv, journal.jsonl."""
        return self.folder / TUNING

    @property
    def export(self) -> Path:
        return self.folder / EXPORT

    @property
    def report(self) -> Path:
        return self.folder / REPORT

    @property
    def recording(self) -> Path | None:
        """The turns under the customer's settings; None: not attached yet."""
        return _first(self.folder, RECORDING)

    @property
    def after(self) -> Path | None:
        """The turns under the recommended settings; None: not attached yet."""
        return _first(self.folder, AFTER)

    @property
    def calls(self) -> Path | None:
        """The recording of calls that connect or do not; None: not attached."""
        return _if_there(self.folder / f"{CALLS}{SUFFIXES[1]}")

    @property
    def of_calls(self) -> bool:
        """Whether it is about calls that do not connect: their recording is attached, or the form says so."""
        if self.recording is not None:
            return False
        return self.calls is not None or bool(no_connection(self.intake))

    @property
    def settings_file(self) -> Path | None:
        """The file of the settings in force, in our form; None: not attached."""
        return _if_there(self.folder / SETTINGS)

    @property
    def config(self) -> Path | None:
        """The customer's vendor configuration as received; its vendor is in `config_vendor`."""
        found = sorted(path for path in _files(self.folder) if path.name.startswith(f"{CONFIG}."))
        return found[0] if found else None

    @property
    def configured(self) -> dict[str, str]:
        """Question -> what the configuration says of it: the LLM, ASR and TTS that it names."""
        if self.config is None:
            return {}
        try:
            with open_regular(self.config) as stream:
                return configured(stream.read(LONGEST).decode("utf-8", "replace"))
        except OSError as error:
            raise InputError(f"{self.config}: cannot be read: {error.strerror or error}") from None

    @property
    def config_vendor(self) -> str | None:
        """The vendor whose configuration `config` is."""
        vendors = (event.details.get("vendor") for event in reversed(self.log.of("attached")))
        return next((vendor for vendor in vendors if isinstance(vendor, str)), None)

    @property
    def settings(self) -> Settings | None:
        """The settings in force, from their file; None: no file, but perhaps the recording. Raises SettingsError."""
        return None if self.settings_file is None else read_settings(self.settings_file)

    @property
    def recommended(self) -> Settings | None:
        """The settings to deploy, None before `turntempo tune`. Raises SettingsError."""
        path = _if_there(self.tuning / "settings.json")
        return None if path is None else read_settings(path)

    @property
    def triage(self) -> Triage:
        """Kind and severity: proposed from the form, or set by hand."""
        return triage(self.intake, self.log)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What is not known yet, the most useful first: neither answered, nor attached, nor in the configuration."""
        answered = self.intake.answered.keys() | self.configured.keys()
        settings = self.has_settings or (self.of_calls and self.calls is not None)
        attached = known(answered, self.recording is not None, settings, self.calls is not None)
        return missing(attached, self.triage.kind, of_calls=self.of_calls)

    @property
    def has_settings(self) -> bool:
        """Whether the customer's settings are known: from a file of their own, or the recording's first attachment."""
        recorded = any(event.details.get("settings") for event in self.log.of("attached"))
        return self.settings_file is not None or (self.recording is not None and recorded)

    @cached_property
    def recommendation(self) -> dict[str, Any] | None:
        """tuning/recommendation.json as plain values, None before `turntempo tune`. Raises InputError."""
        path = _if_there(self.tuning / "recommendation.json")
        return None if path is None else read_result(path)

    @cached_property
    def comparison(self) -> dict[str, Any] | None:
        """comparison.json as plain values: whether the promise was kept; None: no second recording yet."""
        return _json(self.folder / COMPARISON)


def is_case(path: str | Path) -> bool:
    """Whether a case is at `path`."""
    return any((Path(path) / name).is_file() for name in FORMS)


def open_case(folder: str | Path) -> Case:
    """The case in a folder. Raises InputError: there is none, or its form breaks a rule."""
    root = Path(folder)
    finish(root)
    forms = [root / name for name in FORMS if (root / name).is_file()]
    if not forms:
        what = "is no case: there is no case.toml in it" if root.is_dir() else "there is no such folder"
        raise InputError(f"{root}: {what}; `turntempo case new {root}` makes one")
    if len(forms) > 1:
        raise InputError(f"{root}: has {' and '.join(path.name for path in forms)}; keep the one that is meant")
    if links := sorted(path for path in root.iterdir() if path.is_symlink() and _is_own(path.name)):
        rule = "is a link, and what a command writes would end up elsewhere; put the file or folder itself in its place"
        raise InputError(f"{links[0]}: {rule}")
    return Case(root, forms[0], form.read_form(forms[0]), read_log(root / LOG))


def _is_own(name: str) -> bool:
    """Whether commands write what has this name in a case."""
    return name in OWN or name.startswith((f"{CONFIG}.", f"{RECORDING}.", f"{AFTER}.", f"{CALLS}."))


def create_case(folder: str | Path, text: str, name: str, *events: Event) -> Case:
    """A new case from the text of its form; `name` is the form's: case.toml or case.yaml.

    The form is checked first. Raises InputError where it breaks a rule, OutputError where the folder holds a case.
    """
    root = Path(folder)
    finish(root)
    if is_case(root) or (root / LOG).exists():
        raise OutputError(f"{root}: a case is there already; choose another name")
    form.parse_form(text, root / name)
    make_folder(root, private=True)
    with together(root):
        write_text(root / name, text)
        append(root / LOG, *events)
    return open_case(root)


def record(case: Case, *events: Event) -> Case:
    """The same case with these events written to its log."""
    append(case.log_file, *events)
    return open_case(case.folder)


def cases_in(folder: str | Path) -> list[Path]:
    """The folders of the cases in a folder, by name; the folder itself where it is a case."""
    root = Path(folder)
    if is_case(root):
        return [root]
    if not root.is_dir():
        raise InputError(f"{root}: there is no such folder")
    return sorted(path for path in root.iterdir() if path.is_dir() and is_case(path))


def _first(folder: Path, stem: str) -> Path | None:
    paths = (folder / f"{stem}{suffix}" for suffix in SUFFIXES)
    return next((path for path in paths if path.is_file()), None)


def _if_there(path: Path) -> Path | None:
    return path if path.is_file() else None


def _json(path: Path) -> dict[str, Any] | None:
    return read_json(path) if path.is_file() else None


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_file())
