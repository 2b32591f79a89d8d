import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from stages.settings import NAMES
from tests.slow_agent import SLOW
from tuner.diagnosis import Diagnosis, diagnosis_json, findings
from tuner.diagnosis.differences import Difference
from tuner.diagnosis.levers import Lever
from tuner.diagnosis.paths import Harm
from tuner.diagnosis.words.finding import KINDS, Finding
from tuner.diagnosis.words.guide import PAGES, of_limit, of_setting
from tuner.statistics.bootstrap import Interval
from tuner.statistics.limits import NAMES as LIMITED
from tuner.statistics.limits import Limit
from tuner.statistics.objective import parse_goal


def page_of(found: Diagnosis, *names: str) -> str:
    """The page that a change of these settings links to."""
    lever = Lever(dict.fromkeys(names, (1, 2)), parse_goal("p95"), 1000, Interval(500, 400, 600), ())
    only = replace(found, levers=(lever,), together=(), against_stalls=())
    return next(one.guide.name for one in findings(only) if one.kind in ("cost", "together"))


def every_kind(found: Diagnosis) -> list[Finding]:
    """All findings of a diagnosis and of some that are like it in all but one thing."""
    on = replace(found, settings=SLOW, barge_in=replace(found.barge_in, on=True))
    unmended = replace(on, remedies=tuple(replace(one, change=None) for one in on.remedies))
    mended = replace(on, remedies=tuple(replace(one, change=found.levers[0]) for one in on.remedies))
    without_prices = replace(found, judged_by=parse_goal("mean"))
    several = replace(found, together=(found.levers[0], _with_two(found.levers[0])))
    complained = replace(found, harm=Harm("cut-off", found.figures["cut_off_rate"], ()))
    slower = Difference("first", 100, 900, 2000.0, 1500.0, Interval(500, 400, 600))
    by_turn = replace(found, differences=(slower,))
    every = (found, on, unmended, mended, without_prices, several, complained, by_turn)
    return [finding for one in every for finding in findings(one)]


def _with_two(lever: Lever) -> Lever:
    return replace(lever, values={**lever.values, "llm.hedge": (False, True)})


def test_every_kind_of_finding_has_a_page_and_every_page_exists(found: Diagnosis, root: Path) -> None:
    every = every_kind(found)
    assert {one.kind for one in every} == set(KINDS)
    for one in every:
        assert PAGES[one.guide.name] == one.guide
    for page in PAGES.values():
        assert (root / page.path).is_file(), page.path


def test_every_setting_and_every_limit_has_a_page() -> None:
    linked = {of_setting(name).name for name in NAMES} | {of_limit(Limit(name, 0.1)).name for name in LIMITED}
    assert linked | {"floor"} == set(PAGES)


def test_a_page_says_what_its_link_promises(root: Path) -> None:
    for page in PAGES.values():
        text = re.sub(r"\s+", " ", (root / page.path).read_text(encoding="utf-8"))
        assert page.says in text, page.path


def test_a_link_goes_to_the_page_of_what_changes(found: Diagnosis) -> None:
    assert page_of(found, "endpointing.silence_ms", "endpointing.eot_threshold") == "endpointing"
    assert page_of(found, "llm.timeout_ms", "llm.attempts", "llm.hedge") == "hedging"
    assert page_of(found, "tts.timeout_ms") == "timeouts"
    assert page_of(found, "barge_in.min_words") == "backchannels"


def test_false_interrupts_that_echo_causes_link_to_echo(found: Diagnosis) -> None:
    def page(**shares: float) -> str:
        diagnosis = replace(found, barge_in=replace(found.barge_in, on=True, broken_off_by=shares))
        return next(one.guide.name for one in findings(diagnosis) if one.kind == "barge-in on")

    assert page(backchannel=0.01, noise=0.0, echo=0.02) == "echo"
    assert page(backchannel=0.03, noise=0.0, echo=0.02) == "barge-in"


def test_a_link_is_a_path_and_a_line_in_json(found: Diagnosis) -> None:
    by_heading: dict[str, Any] = diagnosis_json(found)["findings"]
    findings = [one for under in by_heading.values() for one in under]
    assert findings
    for one in findings:
        assert set(one) == {"kind", "text", "guide"}
        assert one["guide"]["command"].startswith("turntempo guide ")
        assert one["guide"]["page"].startswith("docs/guide/")
        assert one["guide"]["says"].endswith(".")
