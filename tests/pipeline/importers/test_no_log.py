"""Files that are no log at all, and logs with other numbers: read or refused with a RecordingError, nothing else."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.importers import IMPORTERS, File
from pipeline.importers.final_check import checked
from pipeline.importers.importer import parsed
from stages.errors import InputError
from tests.pipeline.importers.formats import each
from tests.pipeline.importers.sources import SOURCES

formats = each(SOURCES)
slowly = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)


def is_read(name: str, files: dict[str, bytes]) -> bool:
    """Whether an importer takes these files; it refuses the others with an InputError and no other."""
    importer = IMPORTERS[name]
    given_files = [File(f"call/{file}", content) for file, content in files.items()]
    try:
        imported = checked(importer.read(given_files, parsed(importer, {})))
    except InputError:
        return False
    assert imported.report.turns == len(imported.columns) > 0
    assert json.loads(json.dumps(imported.report.json_dict(), allow_nan=False))
    return True


@formats
@slowly
@given(st.data())
def test_numbers_in_any_text_may_be_anything(name: str, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(sorted(SOURCES[name])))
    content = SOURCES[name][file].decode("latin-1")
    found = list(re.finditer(r"\d+(?:\.\d+)?", content))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.sampled_from(found))
        wrong = data.draw(st.sampled_from(["-1", "1e999", "9" * 400, "0", "nan", "", "-0.5", "99999999", "1.5e-9"]))
        content = content[: at.start()] + wrong + content[at.end() :]
        found = list(re.finditer(r"\d+(?:\.\d+)?", content)) or found[:1]
    assert is_read(name, SOURCES[name] | {file: content.encode("latin-1")}) in (True, False)


@formats
@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"events": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"\xff\xfe" + "{}".encode("utf-16-le"),
        '{"café": 1}'.encode("latin-1"),
        b"\x00" * 1000,
        b"9" * 100_000,
        b'"' + b"a" * 1_000_000,
        b"\n" * 100_000,
        b"{}\n" * 10_000,
        b"[]",
        b"null",
    ],
    ids=range(12),
)
def test_what_is_no_log_at_all_is_refused(name: str, content: bytes) -> None:
    assert not is_read(name, dict.fromkeys(SOURCES[name], content))
    for file in SOURCES[name]:
        assert is_read(name, SOURCES[name] | {file: content}) in (True, False)
