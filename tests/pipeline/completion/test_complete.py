from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.completion import complete
from pipeline.simulation import Profile, censor, simulate
from pipeline.turns.builder import from_turns
from pipeline.turns.columns import Columns
from pipeline.turns.draws import keys, uniforms
from pipeline.turns.rows import turn_at, turn_dict
from stages.errors import InputError
from stages.settings import Settings
from stages.turn import Turn

TUTOR = Profile.load("ai-tutor")


def turn(name: str, session: str = "s", **fields: Any) -> Turn:
    """A turn without a gap, but for the dotted fields that are given as None."""
    known: dict[str, Any] = {
        "network__up_ms": 20,
        "network__down_ms": 30,
        "asr__final_ms": 200,
        "llm__ttft_ms": [500],
        "llm__fallback_ttft_ms": None,
        "llm__token_ms": 10,
        "llm__clause_tokens": 3,
        "llm__sentence_tokens": 9,
        "llm__reply_tokens": 27,
        "llm__prefill_ms_per_1k": 0,
        "tts__ttfb_ms": [100],
        "tts__ms_per_token": 200,
    }
    row: dict[str, Any] = {"schema": "turntempo.turn/2", "id": name, "session": session}
    row |= {"speech": {"pauses": [], "end_ms": 1000, "eot_score": 0.5}, "overlaps": []}
    row["history"] = {"tokens_per_turn": 1, "turns": 1, "needs": 0}
    for name_, value in (known | fields).items():
        group, _, key = name_.partition("__")
        if key:
            row.setdefault(group, {})[key] = value
        else:
            row[group] = value
    return Turn.model_validate(row)


def recording(finals: list[float | None], session: str = "s") -> list[Turn]:
    return [turn(f"{session}{i}", session, asr__final_ms=final) for i, final in enumerate(finals)]


def finals(columns: Columns) -> dict[str, float]:
    return {name.decode(): value for name, value in zip(columns.ids.tolist(), columns.final_ms, strict=True)}


def test_a_complete_recording_stays_as_it_is_and_nothing_is_reported():
    columns = simulate(TUTOR, 60, seed=1)
    columns = columns.replace(eot_score=np.nan_to_num(columns.eot_score))
    done = complete(columns, seed=7)
    assert [turn_dict(done.columns, i) for i in range(60)] == [turn_dict(columns, i) for i in range(60)]
    assert (done.report.lines(), done.report.fields, done.report.invented) == ([], {}, 0)


def test_a_missing_value_is_drawn_from_its_own_session_if_that_has_20():
    turns = recording([100] * 20 + [None], "mine") + recording([900] * 50, "theirs")
    done = complete(from_turns(turns), seed=1)
    assert finals(done.columns)["mine20"] == 100
    assert done.report.fields["asr.final_ms"].json_dict() == {"missing": 1, "censored": 0, "by": {"session": 1}}


def test_with_19_in_the_session_it_is_drawn_from_the_recording():
    turns = recording([100] * 19 + [None] * 30, "mine") + recording([900] * 19, "theirs")
    done = complete(from_turns(turns), seed=1)
    assert set(finals(done.columns).values()) == {100, 900}
    assert done.report.fields["asr.final_ms"].by == {"recording": 30}


def test_with_19_in_the_recording_it_is_drawn_from_the_profile():
    done = complete(from_turns(recording([100] * 19 + [None])), seed=1, profile=TUTOR)
    draw = uniforms(1, keys(np.array([b"s19"])), "asr.final_ms")
    assert finals(done.columns)["s19"] == TUTOR.sample_field("asr.final_ms", draw)[0]
    assert done.report.fields["asr.final_ms"].by == {"profile": 1}
    assert done.report.invented == 1


def test_without_a_profile_the_field_the_count_and_the_next_step_are_named():
    why = (
        r"asr\.final_ms: 3 values are not known, and the recording has 19 to draw from, 20 are needed\. .*--profile ai"
    )
    with pytest.raises(InputError, match=why):
        complete(from_turns(recording([100] * 19 + [None] * 3)), seed=1)


def test_a_bound_is_drawn_from_what_the_recording_shows_above_it():
    turns = recording([100.0 * i for i in range(1, 31)])
    bound = turn("bound", asr__final_ms=2700, censored=["asr.final_ms"])
    done = complete(from_turns([*turns, bound]), seed=3)
    assert finals(done.columns)["bound"] in (2800, 2900, 3000)
    assert done.report.fields["asr.final_ms"].json_dict() == {
        "missing": 0,
        "censored": 1,
        "by": {"kaplan_meier": 1},
    }
    assert not done.columns.censored.any()


def test_a_bound_that_its_session_shows_nothing_above_is_drawn_from_the_recording():
    turns = [*recording([100] * 20, "mine"), turn("bound", "mine", asr__final_ms=150, censored=["asr.final_ms"])]
    done = complete(from_turns(turns + recording([900], "theirs")), seed=1)
    assert finals(done.columns)["bound"] == 900


def test_a_bound_that_the_recording_shows_nothing_above_is_drawn_from_the_tail_of_the_profile():
    columns = from_turns([*recording([100] * 30), turn("bound", asr__final_ms=700, censored=["asr.final_ms"])])
    done = complete(columns, seed=1, profile=TUTOR)
    draw = uniforms(1, keys(np.array([b"bound"])), "asr.final_ms")
    assert finals(done.columns)["bound"] == TUTOR.asr.final_ms.tail(draw, np.array([700.0]))[0] > 700
    assert done.report.fields["asr.final_ms"].by == {"profile_tail": 1}
    with pytest.raises(InputError, match=r"asr\.final_ms: 1 value is .* shows nothing above 700 ms\."):
        complete(columns, seed=1)


def test_lower_bounds_count_in_the_distribution_of_missing_values():
    """Half of the attempts took longer than 800 ms: so do half of those that were not seen."""
    draws = [turn(f"s{i}", llm__ttft_ms=[400, None]) for i in range(200)]
    slow = [turn(f"b{i}", llm__ttft_ms=[800, None], censored=["llm.ttft_ms[0]"]) for i in range(200)]
    done = complete(from_turns(draws + slow), seed=5, profile=TUTOR).columns
    assert (done.ttft_ms[:, 1] > 800).mean() == pytest.approx(0.5, abs=0.08)
    assert (done.ttft_ms[done.ttft_ms[:, 1] <= 800, 1] == 400).all()


def test_all_attempts_are_one_pool_and_each_has_its_own_draw():
    draws = [[500 + i, None, 700 + i] for i in range(15)]
    done = complete(from_turns([turn(f"s{i}", llm__ttft_ms=row) for i, row in enumerate(draws)]), seed=1)
    drawn = done.columns.ttft_ms[:, 1]
    assert set(drawn) <= {x for row in draws for x in row if x}
    assert len(set(drawn)) > 5
    assert done.report.fields.keys() == {"llm.ttft_ms[1]"}


def test_a_missing_list_gets_as_many_draws_as_the_longest_and_three_if_there_is_none():
    turns = [turn(f"s{i}", llm__ttft_ms=[500, 600]) for i in range(20)]
    done = complete(from_turns([*turns, turn("gap", llm__ttft_ms=None)]), seed=1)
    assert done.columns.ttft_ms.shape == (21, 2)
    alone = complete(from_turns([turn("gap", llm__ttft_ms=None)]), seed=1, profile=TUTOR)
    assert alone.columns.ttft_ms.shape == (1, 3)
    assert np.isfinite(alone.columns.ttft_ms).all()


def test_an_attempt_beyond_the_list_never_arrives():
    turns = [turn(f"s{i}", llm__ttft_ms=[500, None, 700]) for i in range(20)] + [turn("one", llm__ttft_ms=[500])]
    done = complete(from_turns(turns), seed=1).columns
    assert done.ttft_ms[-1].tolist() == [500, np.inf, np.inf]


def test_a_fallback_that_is_null_stays_none():
    done = complete(from_turns([turn("s", llm__fallback_ttft_ms=None)]), seed=1).columns
    assert np.isinf(done.fallback_ttft_ms).all()


def test_a_reply_without_counts_borrows_all_three_from_one_reply():
    lenders = [
        turn(f"s{i}", llm__clause_tokens=i, llm__sentence_tokens=10 * i, llm__reply_tokens=100 * i)
        for i in range(1, 26)
    ]
    none: dict[str, Any] = {"llm__clause_tokens": None, "llm__sentence_tokens": None, "llm__reply_tokens": None}
    done = complete(from_turns(lenders + [turn(f"gap{i}", **none) for i in range(40)]), seed=2)
    c = done.columns
    assert (c.sentence_tokens == 10 * c.clause_tokens).all()
    assert (c.reply_tokens == 100 * c.clause_tokens).all()
    assert len(set(c.clause_tokens[25:])) > 10
    assert done.report.fields["llm.sentence_tokens"].json_dict() == {
        "missing": 40,
        "censored": 0,
        "by": {"session": 40},
    }


counts = st.tuples(*[st.integers(1, 60)] * 3).map(sorted)


@given(st.lists(st.tuples(counts, st.tuples(*[st.booleans()] * 3)), min_size=1, max_size=12), st.integers(0, 9))
def test_counts_stand_in_order_and_known_ones_stay(rows, seed):
    def shown(values, gaps):
        return dict(
            zip(
                ("llm__clause_tokens", "llm__sentence_tokens", "llm__reply_tokens"),
                (None if gap else value for value, gap in zip(values, gaps, strict=True)),
                strict=True,
            )
        )

    columns = from_turns([turn(f"t{i}", **shown(values, gaps)) for i, (values, gaps) in enumerate(rows)])
    done = complete(columns, seed, TUTOR).columns
    assert (done.clause_tokens >= 1).all()
    assert (done.clause_tokens <= done.sentence_tokens).all()
    assert (done.sentence_tokens <= done.reply_tokens).all()
    for name in ("clause_tokens", "sentence_tokens", "reply_tokens"):
        known = ~np.isnan(getattr(columns, name))
        assert (getattr(done, name)[known] == getattr(columns, name)[known]).all()
        assert (getattr(done, name) == np.rint(getattr(done, name))).all()


def test_without_a_history_prefill_costs_nothing_and_needs_no_profile():
    done = complete(from_turns([turn("s", llm__prefill_ms_per_1k=None, history=None)]), seed=1)
    assert done.columns.prefill_ms_per_1k.tolist() == [0]
    assert done.report.not_recorded == {"history": 1}
    with pytest.raises(InputError, match=r"llm\.prefill_ms_per_1k: 1 value is not known"):
        complete(from_turns([turn("s", llm__prefill_ms_per_1k=None)]), seed=1)


def test_scores_pauses_and_overlaps_are_not_invented_but_said_to_be_missing():
    speech = {"end_ms": 1000}
    done = complete(from_turns([turn("a", speech=speech, overlaps=None), turn("b")]), seed=1)
    assert np.isnan(done.columns.eot_score[0])
    assert (len(done.columns.pause_ms), len(done.columns.overlap_ms)) == (0, 0)
    assert (done.columns.pauses_known.tolist(), done.columns.overlaps_known.tolist()) == ([False, True], [False, True])
    assert done.report.not_recorded == {"speech.pauses": 1, "speech.eot_score": 1, "overlaps": 1}
    assert done.report.lines()[0] == "speech.pauses: not recorded in 1 of 2 turns"


def test_the_report_says_in_words_what_a_number_rests_on():
    turns = [turn(f"s{i}", llm__ttft_ms=[500 + i, None]) for i in range(30)]
    turns.append(turn("b", llm__ttft_ms=[800, None], censored=["llm.ttft_ms[0]"]))
    report = complete(from_turns(turns), seed=1, profile=TUTOR).report
    assert report.lines()[0] == (
        "llm.ttft_ms[0]: only a lower bound in 1 of 31 turns: 1 invented from the tail of profile ai-tutor"
    )
    assert report.lines()[1].startswith("llm.ttft_ms[1]: missing in 31 of 31 turns: ")
    assert report.json_dict()["profile"] == "ai-tutor"


LOG = censor(simulate(Profile.load("support-call"), 400, seed=1), Settings().replace({"llm.timeout_ms": 700}))


def by_id(columns: Columns) -> dict[str, Any]:
    return {columns.ids[i].decode(): turn_dict(columns, i) for i in range(len(columns))}


@given(st.permutations(range(40)), st.integers(0, 3))
def test_the_order_of_the_turns_changes_nothing(order, seed):
    some = [turn_at(LOG, i) for i in range(40)]
    shuffled = [some[i] for i in order]
    one, other = (complete(from_turns(turns), seed, TUTOR).columns for turns in (some, shuffled))
    assert by_id(one) == by_id(other)


def test_sessions_with_20_values_of_their_own_complete_alike_alone_and_together():
    sessions = [s for s in range(len(LOG.session_names)) if (LOG.session == s).sum() >= 30]
    together = by_id(complete(LOG, 3, TUTOR).columns)
    assert sessions
    for session in sessions:
        alone = complete(LOG.of_sessions(np.array([session])), 3, TUTOR).columns
        for name, row in by_id(alone).items():
            assert row["llm"] == together[name]["llm"]
            assert row["tts"] == together[name]["tts"]


def test_a_seed_gives_the_same_bytes_and_another_seed_others():
    one, again, other = (complete(LOG, seed, TUTOR).columns for seed in (1, 1, 2))
    assert one.ttft_ms.tobytes() == again.ttft_ms.tobytes()
    assert (one.ttft_ms[:, 1] != other.ttft_ms[:, 1]).mean() > 0.9


def test_what_a_log_does_not_show_is_completed_to_the_distribution_it_came_from():
    columns = simulate(Profile.load("support-call"), 20_000, seed=2)
    columns = columns.take(np.flatnonzero(columns.index > 0))  # first requests are slower than a profile's field says
    seen = censor(columns, Settings().replace({"llm.timeout_ms": 600, "llm.attempts": 2}))
    done = complete(seen, 4, Profile.load("support-call")).columns
    for place in range(3):
        for percent in (25, 50, 75, 95, 98):
            was, now = (np.percentile(c.ttft_ms[:, place], percent) for c in (columns, done))
            assert now == pytest.approx(was, rel=0.03 if percent < 98 else 0.25)


def attempts(n: int) -> Settings:
    return Settings().replace({"llm.attempts": n})


def test_attempts_in_force_that_the_list_does_not_have_were_not_seen_and_are_drawn():
    turns = [turn(f"s{i}", llm__ttft_ms=[500 + i]) for i in range(30)]
    done = complete(from_turns(turns), seed=1, in_force=attempts(3))
    assert np.isfinite(done.columns.ttft_ms).all()
    assert done.columns.ttft_ms.shape == (30, 3)
    assert done.report.fields["llm.ttft_ms[2]"].json_dict()["by"] == {"session": 30}


def test_without_a_profile_few_values_will_do_for_attempts_that_were_never_made():
    turns = [turn(f"s{i}", llm__ttft_ms=[500 + i]) for i in range(3)]
    done = complete(from_turns(turns), seed=1, in_force=attempts(2)).columns
    assert set(done.ttft_ms[:, 1]) <= {500, 501, 502}


def test_a_list_that_ends_with_a_request_that_timed_out_has_no_further_answer_unless_the_turn_was_answered():
    slow: dict[str, Any] = {"llm__ttft_ms": [12_000]}
    turns = [turn("lost", **slow), turn("answered", **slow, response_ms=9000), turn("fast", llm__ttft_ms=[500])]
    done = complete(from_turns(turns), seed=1, in_force=attempts(2)).columns
    assert np.isinf(done.ttft_ms[0, 1])
    assert np.isfinite(done.ttft_ms[1:, 1]).all()


def with_tools(name: str, *rounds: dict[str, Any]) -> Turn:
    plain = turn(name).json_dict()
    plain["llm"] |= {"tools": list(rounds)}
    return Turn.model_validate(plain)


def test_tool_calls_that_were_not_timed_are_drawn_from_those_that_were():
    timed = [with_tools(f"s{i}", {"ms": 300 + i, "ttft_ms": [400 + i]}) for i in range(25)]
    done = complete(from_turns([*timed, with_tools("gap", {}, {"ms": 7})]), seed=1)
    c = done.columns
    assert 300 <= c.tool_ms[-2] < 325
    assert c.tool_ms[-1] == 7
    assert all(400 <= ttft < 425 for ttft in c.tool_ttft_ms[-2:, 0])
    assert np.isinf(c.tool_ttft_ms[:, 1]).all()
    assert {"llm.tools[0].ms", "llm.tools[0].ttft_ms[0]", "llm.tools[1].ttft_ms[0]"} == set(done.report.fields)


def test_requests_after_tools_are_drawn_from_first_requests_where_too_few_are_known():
    others = [turn(f"s{i}", llm__ttft_ms=[500 + i]) for i in range(25)]
    done = complete(from_turns([*others, with_tools("gap", {"ms": 100})]), seed=1).columns
    assert 500 <= done.tool_ttft_ms[0, 0] < 525


def test_the_draws_of_tools_do_not_depend_on_the_order_of_turns():
    timed = [with_tools(f"s{i}", {"ms": 300 + i, "ttft_ms": [400 + i]}) for i in range(25)]
    gap = with_tools("gap", {}, {})
    one, other = (complete(from_turns(order), seed=1).columns for order in ([*timed, gap], [gap, *timed]))
    a, b = (columns.tool_ms[columns.tool_start[columns.find("gap") or 0] :][:2] for columns in (one, other))
    assert a.tolist() == b.tolist()


def test_tools_that_too_few_turns_show_need_a_profile():
    with pytest.raises(InputError, match=r"llm\.tools\.ms: 1 value is not known"):
        complete(from_turns([with_tools("gap", {})]), seed=1)
    done = complete(from_turns([with_tools("gap", {})]), seed=1, profile=TUTOR).columns
    done.require_complete()
