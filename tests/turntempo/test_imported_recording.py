"""What a log of another tool allows, the recording imported from it allows too."""

from pathlib import Path
from typing import Any

import pytest

TICKET = """| turn | asr_finalize_ms | llm_ttft_ms | tts_ttfb_ms | total_ms |
|---|---|---|---|---|
| 1 | 149 | 724 | 450 | 1861 |
| 2 | 151 | 690 | 402 | 1799 |
| 3 | 140 | 801 | 431 | 1902 |
"""


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A table of three turns, out of a ticket."""
    file = tmp_path / "ticket.md"
    file.write_text(TICKET)
    return file


def test_a_recording_imported_without_a_profile_is_diagnosed_like_its_log(run: Any, raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "calls.jsonl"
    assert run("import", "auto", raw, "-o", out).code == 0
    of_log, imported = run("diagnose", raw), run("diagnose", out)
    assert (of_log.code, imported.code) == (0, 0), imported.err
    assert "Name a profile with --profile" in imported.err
    assert imported.out.split("\n")[1:12] == of_log.out.split("\n")[1:12]


def test_it_is_tuned_like_its_log(run: Any, raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "calls.jsonl"
    assert run("import", "auto", raw, "-o", out).code == 0
    for source, folder in ((raw, "a"), (out, "b")):
        done = run("tune", source, "-o", tmp_path / folder, "--budget", "100")
        assert done.code in (0, 1), done.err


def test_no_line_in_a_pipe_ends_in_blanks(run: Any, raw: Path) -> None:
    done = run("diagnose", raw)
    assert [line for line in (done.out + done.err).splitlines() if line != line.rstrip()] == []
