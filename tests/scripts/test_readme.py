import subprocess
from pathlib import Path

import pytest

from scripts import readme
from scripts.page_blocks import Step, steps
from turntempo.__main__ import main

RENEW = "run `make readme`"


def test_the_readme_shows_what_its_commands_print(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(step: Step) -> tuple[int, str]:
        """In this process, which is quicker than a new one for each command."""
        others = [line for line in step.typed.splitlines() if not line.startswith("turntempo ")]
        subprocess.run(["sh", "-e", "-c", "\n".join(others)], check=True)
        codes = [main(arguments) for arguments in step.commands]
        return max(codes), "".join(capfd.readouterr())

    page = (root / "README.md").read_text(encoding="utf-8")
    assert readme.with_output(page, run, demo=False) == page, RENEW
    assert sum(step.shown is not None for step in steps(page)) >= 5


def test_the_readme_s_limits_and_settings_are_current(root: Path) -> None:
    page = (root / "README.md").read_text(encoding="utf-8")
    assert page == readme.with_tables(page), RENEW
    assert page.count("| `endpointing.silence_ms` |") == 1
