"""Files that others open hold no formula, no markup and no control character of a customer's."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.safety.acting import ACTS
from tuner.statistics.check import Check
from turntempo.__main__ import main
from turntempo.show.junit import junit_xml

FORMULA = '=HYPERLINK("http://evil.example","x")'
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Forty turns whose sessions are formulas and markup."""
    main(["simulate", "support-call", "-n", "40", "-o", str(tmp_path / "plain.jsonl")])
    lines = (tmp_path / "plain.jsonl").read_text().splitlines()
    path = tmp_path / "r.jsonl"
    with open(path, "w") as stream:
        for line in lines:
            turn = json.loads(line)
            if "session" in turn:
                turn["id"], turn["session"] = f"{FORMULA}{turn['id']}", f"{SCRIPT}{turn['session']}"
            stream.write(json.dumps(turn) + "\n")
    return path


def test_the_table_of_a_frontier_holds_no_text_of_a_customer(recording: Path, tmp_path: Path) -> None:
    main(["tune", str(recording), "-o", str(tmp_path / "tuned"), "--budget", "60", "--profile", "support-call"])
    with open(tmp_path / "tuned" / "frontier.csv", newline="") as stream:
        rows = list(csv.reader(stream))
    cells = {cell for row in rows for cell in row}
    assert [cell for cell in cells if not re.fullmatch(r"[\w.]*|-?[\d.e-]+", cell)] == []
    said = (tmp_path / "tuned" / "recommendation.json").read_text()
    assert "HYPERLINK" not in said
    assert "<script>" not in said


def test_a_build_report_is_sound_xml_whatever_is_reported(run_check: Callable[[str], Check]) -> None:
    report = ElementTree.fromstring(junit_xml(run_check("p95=900")))
    assert [case.get("name") for case in report] == ["response_ms.p95"]


@pytest.fixture
def run_check(recording: Path) -> Callable[[str], Check]:
    from tuner.statistics.check import check
    from tuner.statistics.limits import parse_limit
    from turntempo.given import inputs

    def run(limit: str) -> Check:
        given = inputs.load([str(recording)], None, 0, "support-call")
        return check(given.complete, given.settings, (parse_limit(limit),))

    return run


def test_a_baseline_cannot_put_anything_into_a_build_report(
    recording: Path, run_check: Callable[[str], Check], tmp_path: Path
) -> None:
    nasty = "\x1b]]><evil/>\u202e"
    baseline: dict[str, Any] = run_check("p95=9000").json_dict()
    figures = baseline["figures"]
    figures[nasty] = figures["response_ms.p50"] | {"value": 1.0, "low": 1.0, "high": 1.0}
    figures["response_ms.p95"] = figures[nasty] | {nasty: nasty}
    (tmp_path / "base.json").write_text(json.dumps(baseline | {nasty: nasty}))
    arguments = ["check", str(recording), "--profile", "support-call", "--limit", "p95=9000"]
    code = main([*arguments, "--baseline", str(tmp_path / "base.json"), "--junit", str(tmp_path / "j.xml")])
    text = (tmp_path / "j.xml").read_text()
    assert (code, "baseline.response_ms.p95" in text) == (1, True)
    assert ACTS.findall(text) == []
    assert [one.tag for one in ElementTree.fromstring(text).iter() if one.tag == "evil"] == []


def test_outcomes_are_one_sound_line_a_turn_whatever_its_id(recording: Path, tmp_path: Path) -> None:
    main(["replay", str(recording), "--profile", "support-call", "--outcomes", str(tmp_path / "o.jsonl")])
    lines = (tmp_path / "o.jsonl").read_text().splitlines()
    assert len(lines) == 40
    assert all(json.loads(line)["id"].startswith("=HYPERLINK") for line in lines)
