"""Broken and hostile configurations: a clear error or a reading, never a fault, and nothing for the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from stages.settings import Settings
from tests.safety.acting import ACTS
from tuner.targets import all_targets, target
from tuner.targets.export import new_file
from turntempo.__main__ import main

WHOLE = (
    "",
    "\x00",
    "null",
    "[]",
    "1",
    '"x"',
    "[" * 100_000,
    "{" * 50_000,
    "(" * 3000,
    "x = " + "[" * 2000,
    "x = " + "-" * 20_000 + "1",
    "a: " * 3000,
    "a:\n" * 3000,
    "- " * 2000,
    "a: &a [*a, *a]",
    "a: &a [x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: [*c, *c, *c]",
    "<<: *x",
    "!!python/object/apply:os.system ['touch owned']",
    "__import__('os').system('touch owned')",
    "a." * 5000 + "b=1",
    "\u202e\x1b[2J",
    "%YAML 9.9\n---\na: 1",
    "a: 1\n---\na: 2",
    "# coding: utf-7\n",
    '{"a": 1, "a": 2}',
    '{"\\ud800": 1}',
    "x" * 2_000_000,
)
VALUES = (
    "null",
    "true",
    "1e999",
    "-1",
    '"x"',
    "[]",
    "{}",
    "NaN",
    "9" * 400,
    "9" * 5000,
    '"\x1b\u202e"',
    '"infs"',
    '"nans"',
)


@pytest.fixture
def said(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The output of the commands that read and change a vendor's file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.json").write_text("{}")

    def tell(vendor: str, content: bytes) -> str:
        path = tmp_path / f"x{target(vendor).format.suffix}"
        path.write_bytes(content)
        capsys.readouterr()
        codes = [
            main(["settings", "from", vendor, str(path)]),
            main(["export", "s.json", "--to", vendor, "--base", str(path), "-o", "out", "--force"]),
        ]
        assert set(codes) <= {0, 2}
        return "".join(capsys.readouterr())

    return tell


@pytest.mark.parametrize("vendor", all_targets())
def test_a_file_that_is_something_else_is_reported_or_read(
    said: Callable[..., str], vendor: str, tmp_path: Path
) -> None:
    for text in WHOLE:
        output = said(vendor, text.encode())
        assert "bug in turntempo" not in output, text[:80]
        assert ACTS.findall(output) == [], text[:80]
    assert "bug in turntempo" not in said(vendor, b"\xff\xfe\x00\x80")
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("vendor", all_targets())
def test_a_value_that_no_vendor_has_is_reported_or_read(said: Callable[..., str], vendor: str) -> None:
    chosen = target(vendor)
    text = new_file(chosen, chosen.deployable(Settings())).text
    places = list(re.finditer(r'(?<=[:=] )("[^"\n]*"|[\w.+-]+)|(?<==)[\w.]+', text))
    assert places
    for found in places[:: max(1, len(places) // 4)]:
        for value in VALUES:
            output = said(vendor, (text[: found.start()] + value + text[found.end() :]).encode())
            assert "bug in turntempo" not in output, (found[0], value[:80])
            assert ACTS.findall(output) == [], (found[0], value[:80])
