from __future__ import annotations

from typing import Any

import pytest

from stages.settings import Settings
from tests.turntempo.fleet.fleet_messages import batch, settings, turn
from tests.turntempo.json_schema import problems
from turntempo.fleet import messages
from turntempo.fleet.schemas import FLEET_SCHEMAS

RECOMMENDED = {
    "schema": "turntempo.fleet.recommended/1",
    "version": "case-1",
    "settings": Settings().json_dict(),
    "valid_from": "2026-11-30T08:00:00Z",
    "limits": {"cut_off_rate": 0.03},
    "evidence": {"case": "case", "before": 2000, "after": 1500.5},
}


@pytest.mark.parametrize("form", FLEET_SCHEMAS)
def test_a_schema_of_a_fleet_is_printed(run, form: str) -> None:
    done = run("schema", form)
    assert (done.code, done.json) == (0, FLEET_SCHEMAS[form]())


@pytest.mark.parametrize(
    ("form", "value", "fits"),
    [
        ("fleet-turns", turn(), True),
        ("fleet-turns", batch(turn(), turn("b"), settings_id="x"), True),
        ("fleet-turns", batch(), False),
        ("fleet-turns", batch(turn()) | {"schema": "turntempo.fleet.turns/2"}, False),
        ("fleet-turns", {"id": "t"}, False),
        ("fleet-settings", settings(900, version="1"), True),
        ("fleet-settings", {"settings": {}}, False),
        ("fleet-status", {"schema": "turntempo.fleet.status/1", "status": "online"}, True),
        ("fleet-status", {"schema": "turntempo.fleet.status/1", "status": "asleep"}, False),
        ("fleet-recommended", RECOMMENDED, True),
        ("fleet-recommended", {key: value for key, value in RECOMMENDED.items() if key != "version"}, False),
    ],
)
def test_messages_keep_their_schema_or_break_it(form: str, value: dict[str, Any], fits: bool) -> None:
    assert (list(problems(value, FLEET_SCHEMAS[form]())) == []) == fits


def test_a_recommendation_is_written_as_its_schema_says_and_read_back() -> None:
    held = messages.RecommendedMessage.model_validate(RECOMMENDED)
    written = messages.payload(held)
    assert list(problems(written, FLEET_SCHEMAS["fleet-recommended"]())) == []
    assert messages.RecommendedMessage.model_validate(written) == held
