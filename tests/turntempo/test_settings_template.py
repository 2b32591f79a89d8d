import json
import shlex
from pathlib import Path

import click
import pytest

from stages.settings import parse
from tuner.support.templates import template
from turntempo.app import app


def test_the_settings_go_to_stdout_and_their_figures_to_stderr(run, tmp_path: Path) -> None:
    done = run("settings", "template", "balanced", "--for", "support-call")
    assert done.code == 0
    assert parse(json.loads(done.out)) == template("balanced", "support-call").settings
    assert "assumed from the profile support-call, not the customer's" in done.err
    assert "n = 100,000, limit 3%" in done.err
    assert "needs an end-of-turn model that gives scores" in done.err
    path = tmp_path / "start.json"
    path.write_text(done.out)
    assert run("diagnose", "--profile", "support-call", "--settings", path, "-n", 200).code == 0


def test_programs_get_settings_limits_and_figures_in_one(run) -> None:
    found = run("settings", "template", "fast", "--for", "ai-tutor", "--json").json
    assert (found["schema"], found["style"], found["assumed"]) == ("turntempo.template/2", "fast", True)
    assert found["limits"]["cut_off_rate"] == 0.06
    assert found["figures"]["cut_off_rate"]["high"] <= 0.06
    assert {"tuned_on", "judged_on", "settings", "needs"} <= set(found)


def test_for_a_vendor_it_says_what_is_lost_and_what_the_figures_are_then(run) -> None:
    done = run("settings", "template", "balanced", "--for", "support-call", "--target", "agora")
    assert done.code == 0
    assert json.loads(done.out)
    assert "  set elsewhere: llm." in done.err
    assert "  not to be had: " in done.err
    assert "  then response_ms.p50: " in done.err


def test_in_neutral_json_everything_is_carried_and_the_figures_stand(run) -> None:
    done = run("settings", "template", "balanced", "--for", "support-call", "--target", "json")
    assert parse(json.loads(done.out)) == template("balanced", "support-call").settings
    assert "the figures stand" in done.err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["quick", "--for", "ai-tutor"], "Valid: fast, balanced, patient"),
        (["fast", "--for", "tutor"], "Did you mean ai-tutor?"),
        (["fast"], "--for"),
        (["fast", "--for", "ai-tutor", "--target", "agorra"], "Did you mean agora?"),
    ],
)
def test_a_wrong_name_is_refused_with_the_right_ones(run, given: list[str], said: str) -> None:
    done = run("settings", "template", *given)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_the_commands_that_tune_for_a_vendor_are_ones(run) -> None:
    done = run("settings", "template", "fast", "--for", "support-call", "--target", "agora")
    simulate, tune = (line.split() for line in done.err.splitlines() if line.startswith("  turntempo "))
    assert simulate[1:3] == ["simulate", "support-call"]
    assert {"--target", "agora", "--elsewhere", "cut_off_rate=0.06"} <= set(tune)
    context = click.Context(app)
    for name, *arguments in (shlex.split(" ".join(one[1:])) for one in (simulate, tune)):
        command = app.get_command(context, name)
        assert command is not None
        command.make_context(name, arguments)
