from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stages.i18n import translate
from stages.settings import Settings
from tuner.pages.blocks import Listed, Paragraph, Table
from tuner.support.case import Case, create_case, event, record
from tuner.support.report.deployment import Deployment, blocks, deployment
from tuner.targets import target

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
JOIN = {
    "properties": {"turn_detection": {"config": {"end_of_speech": {"mode": "vad"}}}, "interruption": {"enable": True}}
}


@pytest.fixture
def case(tmp_path: Path) -> Case:
    made = create_case(tmp_path / "case", 'title = "Late"\n', "case.toml", event(AT, "ana", "received"))
    (made.folder / "config.json").write_text(json.dumps(JOIN))
    return record(made, event(AT, "ana", "attached", files=["config.json"], details={"vendor": "agora"}))


def better() -> Settings:
    in_force = target("agora").read(json.dumps(JOIN), "config.json").settings
    return in_force.replace({"endpointing.silence_ms": 500, "llm.timeout_ms": 900, "barge_in.min_words": 2})


def texts_of(found: Deployment, *moved: str) -> list[str]:
    lines = []
    for block in blocks(found, moved):
        lines += (
            list(block.items) if isinstance(block, Listed) else [block.text] if isinstance(block, Paragraph) else []
        )
    return lines


def test_changes_are_reported_by_the_keys_of_the_customer_s_file(case: Case) -> None:
    found = deployment(case, better())
    assert found is not None
    assert (found.title, found.file) == ("Agora Conversational AI", "config.json")
    tables = [block for block in blocks(found, ()) if isinstance(block, Table)]
    rows = {row[0].rpartition(".")[2]: row[1:] for row in tables[0].rows}
    assert rows["silence_duration_ms"][1] == "500"


def test_what_the_file_does_not_carry_is_reported_of_the_settings_that_move(case: Case) -> None:
    found = deployment(case, better())
    assert found is not None
    lines = texts_of(found, "llm.timeout_ms", "barge_in.min_words")
    assert "To be set elsewhere:" in lines
    assert any(line.startswith("llm.timeout_ms 900: ") for line in lines)
    assert any(line.startswith("barge_in.min_words 2: ") for line in lines)
    assert texts_of(found) == lines[:1]
    assert translate(lines[0], "zh") == "在 config.json（Agora Conversational AI）中："


def test_nothing_is_reported_where_there_is_no_configuration(tmp_path: Path) -> None:
    made = create_case(tmp_path / "case", 'title = "Late"\n', "case.toml", event(AT, "ana", "received"))
    assert deployment(made, Settings()) is None


def test_settings_that_the_file_has_already_change_nothing_in_it(case: Case) -> None:
    in_force = target("agora").read(json.dumps(JOIN), "config.json").settings
    found = deployment(case, in_force)
    assert found is not None
    assert "Nothing in it changes." in texts_of(found)
