from datetime import date

import numpy as np
import pytest

from pipeline.turns.columns import Columns
from stages.i18n import translate
from tests.slow_agent import SLOW
from tests.tuner.support.report.conftest import COMPLAINT, facts_with
from tuner.pages.blocks import Lines
from tuner.support.report import writing
from tuner.support.report.facts import Facts
from tuner.support.report.moments import moments
from tuner.support.report.plots.charts import chart_svg
from tuner.support.report.report import report
from tuner.support.report.timeline import _too_soon, _wait, _window, timeline


def test_a_turn_is_reported_as_it_was_counted(judged: Facts) -> None:
    ids = [name.decode() for name in judged.turns.ids]
    assert moments(judged)
    for moment in moments(judged):
        place = ids.index(moment.turn)
        assert moment.now.outcome.response_ms == pytest.approx(judged.before.response_ms[place])
        assert moment.then is not None
        assert judged.after is not None
        assert moment.then.outcome.response_ms == pytest.approx(judged.after.response_ms[place])


def test_a_typical_turn_comes_first_and_none_comes_twice(judged: Facts) -> None:
    found = moments(judged)
    assert found[0].why == "A typical turn"
    assert len({one.turn for one in found}) == len(found) >= 3
    p50 = judged.figures["response_ms.p50"].value
    assert found[0].now.outcome.response_ms == pytest.approx(p50, rel=0.05)


def test_every_moment_shows_what_its_title_says(judged: Facts) -> None:
    mended, price = "An interrupt that is missed now, and would be heard", "The price: a user"
    found = moments(judged)
    assert {title for title in (mended, price) if any(one.why.startswith(title) for one in found)} == {mended, price}
    outcomes = [(one.why, one.now.outcome, one.then.outcome) for one in found if one.then is not None]
    assert len(outcomes) == len(found)
    for now, then in ((now, then) for why, now, then in outcomes if why == mended):
        assert now.interrupts_missed
        assert not then.interrupts_missed
        assert then.stop_ms
    for now, then in ((now, then) for why, now, then in outcomes if why.startswith(price)):
        assert then.cut_off > now.cut_off


def test_without_better_settings_a_turn_is_shown_once(untuned: Facts) -> None:
    found = moments(untuned)
    assert {one.then for one in found} == {None}
    assert {"A typical turn", "An interrupt that was missed"} <= {one.why for one in found}


def test_what_the_user_waits_for_adds_up_to_the_answer(judged: Facts) -> None:
    assert moments(judged)
    for moment in moments(judged):
        bars = list(_wait(moment.now))
        assert bars[0][0] == 0
        assert [bar[1] for bar in bars[:-1]] == pytest.approx([bar[0] for bar in bars[1:]])
        assert bars[-1][1] == pytest.approx(moment.now.outcome.response_ms)


def test_a_turn_s_name_is_reported_as_it_may_be(judged: Facts) -> None:
    first = moments(judged)[0]
    assert timeline(first, "turn-1", lambda name: "hidden").note.startswith("Turn hidden: answered after ")
    assert first.turn not in chart_svg(timeline(first, "turn-1", lambda name: "hidden"), "en")


def test_a_timeline_is_drawn_in_the_reader_s_language_and_as_characters(judged: Facts) -> None:
    chart = timeline(moments(judged)[0], "turn-1")
    assert ">agent, now<" in chart_svg(chart, "en")
    assert ">智能体（改后）<" in chart_svg(chart, "zh")
    assert isinstance(chart.instead, Lines)
    assert [
        translate(line, "zh") for line in chart.instead.lines if not line.startswith((" ", "user", "agent", "o", "m"))
    ][:1] == ["现在"]
    assert COMPLAINT.customer


def test_a_chosen_turn_stands_in_the_middle_of_its_kind(judged: Facts) -> None:
    from tuner.support.report.moments import _middle

    times = np.array([5.0, 1.0, 9.0, 7.0, 3.0])
    assert _middle(np.array([True, True, True, False, True]), times) == 4


def test_a_cut_off_is_shown_however_long_before_the_end_it_was(judged: Facts) -> None:
    found = [one for one in moments(judged) if one.about == "cut-off"]
    assert found
    for moment in found:
        begin, end = _window(moment)
        runs = [run for run in (moment.now, moment.then) if run is not None and run.outcome.cut_off]
        assert runs
        for run in runs:
            assert any(begin < heard < 0 for heard in _too_soon(run)) or begin == -20_000
        assert end > 0


def test_a_reply_that_failed_is_no_answer(turns: Columns) -> None:
    hasty = facts_with(turns, None, settings=SLOW.replace({"llm.timeout_ms": 100}))
    notes = [timeline(moment, "turn-1").note for moment in moments(hasty)]
    assert notes
    assert all(": no answer, given up after " in note for note in notes)


def test_a_recording_without_any_answer_is_reported_all_the_same(turns: Columns) -> None:
    hasty = facts_with(turns, None, settings=SLOW.replace({"llm.timeout_ms": 100}))
    text = writing.text(report(COMPLAINT, hasty, date(2026, 11, 22)), "en")
    assert "- median answer: **no answer**" in text
    assert "How long users wait" not in text
