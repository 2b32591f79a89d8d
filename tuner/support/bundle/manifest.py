"""The manifest of a bundle: each file with its size and checksum, the secrets removed, the files left out and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field, ValidationError

from stages.brief import brief
from stages.errors import InputError
from stages.escaping import one_line
from stages.model import Model, first_problem
from stages.schema_ids import is_schema, schema_id
from tuner.recommendation.documents import pretty
from tuner.support.redaction import Removed

MANIFEST = "manifest.json"
SIGNATURE = f"{MANIFEST}.sig"
SCHEMA = schema_id("bundle")
LARGEST_MANIFEST = 16 << 20
MOST_FILES = 10_000
LARGEST_BUNDLE = 2 << 30
"""The most files of a bundle, and the most bytes of all of them, unpacked."""


class Packing(Model):
    """One file of a bundle; `sha256` is of its bytes as packed."""

    path: str
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Taken(Model):
    """How many secrets of a kind were removed at a place."""

    kind: str
    where: str
    count: int = Field(ge=1)


class LeftOut(Model):
    """A file of the case that is not in the bundle."""

    path: str
    why: str


class Manifest(Model):
    """The last file of a bundle but for its signature."""

    form: str = Field(SCHEMA, alias="schema")
    case: str
    transcripts: bool
    files: tuple[Packing, ...]
    taken_out: tuple[Taken, ...]
    left_out: tuple[LeftOut, ...]

    def content(self) -> bytes:
        """The bytes of manifest.json."""
        return pretty(self.model_dump(mode="json", by_alias=True)).encode()


def manifest_of(
    case: str,
    transcripts: bool,
    files: Iterable[Packing],
    removed: tuple[Removed, ...],
    left_out: Mapping[str, str],
) -> Manifest:
    """The manifest of these files, in their order."""
    return Manifest(
        case=case,
        transcripts=transcripts,
        files=tuple(files),
        taken_out=tuple(Taken(kind=one.kind, where=one.where, count=one.count) for one in removed),
        left_out=tuple(LeftOut(path=path, why=why) for path, why in left_out.items()),
    )


def parse_manifest(content: bytes, source: str) -> Manifest:
    """The manifest in a bundle. Raises InputError naming the source, the field and the rule."""
    try:
        values: Any = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError(f"{source}: {MANIFEST} is not JSON; ask for the bundle again") from None
    if not isinstance(values, dict) or not is_schema(values.get("schema"), "bundle"):
        came = values.get("schema") if isinstance(values, dict) else None
        raise InputError(f"{source}: {MANIFEST}: schema must be {SCHEMA!r}, got {brief(came)}")
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise InputError(f"{source}: {MANIFEST}: {one_line(': '.join(first_problem(error)))}") from None
