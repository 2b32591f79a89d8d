from datetime import UTC, datetime
from pathlib import Path

import pytest

from tuner.support.case import Case, create_case, event
from tuner.support.report.of_case import Written, log_reported, write_report

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return create_case(tmp_path / "case", 'title = "Late"\n', "case.toml", event(AT, "ana", "received"))


def test_a_report_takes_the_place_of_the_one_before_and_is_logged(case: Case) -> None:
    for text in ("one", "two"):
        written = Written({"report.md": text}, (), ())
        write_report(case.report, written)
        after = log_reported(case, written, AT, "bo")
    assert (case.report / "report.md").read_text() == "two"
    assert (after.log.events[-1].kind, after.log.events[-1].files) == ("reported", ("report/report.md",))
