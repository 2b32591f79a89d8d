from stages.settings import NAMES


def test_a_term_is_explained_with_its_unit_and_where_to_read_on(run) -> None:
    done = run("explain", "floor")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("floor  part of the response time, ms\n")
    assert "Read on: turntempo guide floor" in done.out


def test_words_need_no_quotes_and_either_language_is_understood(run) -> None:
    assert run("explain", "false", "start").out == run("explain", "false_start_rate").out
    explained = run("explain", "--lang", "zh", "hedge").out
    assert explained.startswith("hedge  术语")
    assert run("explain", "--lang", "zh", "对冲").out == explained


def test_without_a_term_all_are_listed(run) -> None:
    done = run("explain")
    assert all(name in done.out for name in ("Figures", "cut_off_rate", "residual", *NAMES))
    assert run("explain", "--lang", "zh").out.startswith("指标")


def test_programs_get_json(run) -> None:
    one = run("explain", "ttft", "--json").json
    assert (one["name"], one["kind"], one["unit"]) == ("ttft", "term", "ms")
    assert {"floor", "ttft"} <= {term["name"] for term in run("explain", "--json").json}


def test_a_typo_is_refused_with_the_closest(run) -> None:
    done = run("explain", "backchanel")
    assert (done.code, done.out) == (2, "")
    assert "Did you mean backchannel?" in done.err
