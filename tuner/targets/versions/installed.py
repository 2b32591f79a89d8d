"""Which version of a package a customer has installed, by a requirements, lock or package file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.importers.files import File
from stages.errors import InputError, RecordingError
from tuner.formats.document import read_document
from tuner.targets.versions.version import ANY, Span, spec

FILES = (
    "uv.lock",
    "poetry.lock",
    "Pipfile.lock",
    "pdm.lock",
    "package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "requirements.lock",
    "requirements.txt",
    "requirements.in",
    "constraints.txt",
    "pyproject.toml",
    "Pipfile",
    "environment.yml",
    "package.json",
)
"""Names of such files, those that name one version first."""


@dataclass(frozen=True)
class Installed:
    """What a file says of a package."""

    versions: Span
    where: str
    """The file."""
    text: str
    """As it is written there: `==1.2.7`."""


def beside(config: Path, packages: tuple[str, ...]) -> Installed | None:
    """What a file in the folder of a configuration says of the first of these packages that one names."""
    files = [config.parent / name for name in FILES]
    for package in packages:
        for file in files:
            if file.is_file() and file != config and (found := _found(file, package)):
                return found
    return None


def required(file: Path, packages: tuple[str, ...]) -> Installed:
    """The same from the file that is named; InputError where it names none of them."""
    for package in packages:
        if found := _found(file, package):
            return found
    raise InputError(f"{file}: {packages[0]} is not in it")


def in_logs(logs: Iterable[str | Path], names: tuple[str, ...]) -> Installed | None:
    """The version that the first lines of a log name, of the first that names one; a package says its own on its start.

    Logs that cannot be read, and folders, say nothing.
    """
    for log in logs:
        try:
            head = File(str(log)).head.decode("utf-8", "replace")
        except (RecordingError, OSError):
            continue
        found = mentioned(head, names)
        if found != ANY:
            return Installed(found, str(log), str(found))
    return None


def mentioned(text: str, packages: tuple[str, ...]) -> Span:
    """The one version that a text names beside one of these packages: `livekit-agents 1.2.7`; ANY where none, or two.

    In a comment, a log's first lines, or a mail about the configuration.
    """
    for package in packages:
        named = {one for pattern in (*_REQUIRED[:1], _IN_PROSE) for one in _matches(text, package, pattern)}
        found = {one for one in map(_span_of, named) if one is not None}
        if found:
            return found.pop() if len(found) == 1 else ANY
    return ANY


def _span_of(text: str) -> Span | None:
    try:
        return spec(text)
    except InputError:
        return None


def _found(file: Path, package: str) -> Installed | None:
    text = read_document(file)
    for one in _specs(text, package):
        try:
            return Installed(spec(one), str(file), one)
        except InputError:
            continue  # a tag, an address: no version
    return None


def _specs(text: str, package: str) -> Iterator[str]:
    """What a text says of a package, in any of the forms of lock and requirement files."""
    for pattern in _LOCKED + _REQUIRED:
        yield from _matches(text, package, pattern)


def _matches(text: str, package: str, pattern: str) -> Iterator[str]:
    name = r"[-_.]".join(map(re.escape, re.split(r"[-_.]", package)))
    for match in re.finditer(pattern.replace("NAME", name), text, re.IGNORECASE | re.MULTILINE):
        yield match[1].strip()


_LOCKED = (
    r"^name\s*=\s*\"NAME\"\s*\n\s*version\s*=\s*\"([^\"]+)\"",  # uv.lock, poetry.lock, pdm.lock
    r"\"(?:node_modules/)?NAME\"\s*:\s*\{[^{}]*?\"version\"\s*:\s*\"([^\"]+)\"",  # package-lock.json, Pipfile.lock
    r"^\"?NAME@[^\n]*:\s*\n\s+version:?\s+\"?([^\"\s]+)\"?",  # yarn.lock
    r"^\s*['\"/]*NAME[@/](\d[^'\"():\s]*)",  # pnpm-lock.yaml
)
_IN_PROSE = r"(?<![\w@/-])NAME[ \t]{1,2}(?:version[ \t]|v\.?)?(\d{1,3}(?:\.\d{1,4}){1,3})(?![\w.]*\d)"
_REQUIRED = (
    r"(?:^|[\s\"'])NAME(?:\[[^\]]*\])?\s*((?:[<>=!~]=?=?\s*[\w.*]+\s*,?\s*)+)",  # requirements.txt, pyproject.toml
    r"^\s*\"?NAME\"?\s*=\s*(?:\{[^}]*?version\s*=\s*)?[\"']([^\"']+)[\"']",  # poetry's, Pipfile
    r"\"NAME\"\s*:\s*\"([^\"]+)\"",  # package.json
)
