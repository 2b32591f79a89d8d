"""The page on support cases is followed word for word."""

import json
from pathlib import Path

import pytest

from scripts.page_blocks import Step, excerpt, output, steps
from scripts.support_case_page import PAGE, links
from stages.settings import Settings
from tuner.support.case import open_case
from tuner.targets import target
from turntempo.__main__ import main


def test_the_page_leads_from_a_half_filled_form_to_a_join_request_and_a_report_in_two_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    links(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(step: Step) -> tuple[int, str]:
        codes = [main([*one, *(("--budget", "2000") if one[0] == "tune" else ())]) for one in step.commands]
        return max(codes, default=0), "".join(capfd.readouterr())

    for step in steps(PAGE.read_text(encoding="utf-8")):
        printed = output(step, run)
        assert not step.shown or excerpt(printed, step.shown)
    case = open_case("cases/lily")
    kinds = [event.kind for event in case.log.events]
    assert kinds[0] == "received"
    assert {"tuned", "exported", "reported", "recommended", "compared", "resolved"} <= set(kinds)
    read = target("agora").read((case.export / "config.json").read_text(), "config.json")
    before = target("agora").read(json.dumps(json.loads((case.folder / "config.json").read_text())), "config.json")
    assert case.recommended not in (None, Settings())
    assert read.settings.endpointing.silence_ms == case.recommended.endpointing.silence_ms
    assert read.unknown == before.unknown == ()
    assert {path.name for path in case.report.iterdir()} >= {"report.html", "report.zh.html", "reply.md", "reply.zh.md"}


def test_every_block_of_commands_is_found_with_what_it_shows() -> None:
    found = steps(PAGE.read_text(encoding="utf-8"))
    commands = [arguments[:2] for step in found for arguments in step.commands]
    assert commands[0] == ["case", "new"]
    assert len(commands) == 22
    assert sum(step.shown is not None for step in found) == 10
