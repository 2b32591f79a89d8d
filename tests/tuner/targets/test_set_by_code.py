"""A value that only running the customer's code would give is unknown, with its line; the rest of the file is read."""

import pytest

from stages.settings import Settings
from tuner.deploy.deliverable import deliverable
from tuner.targets import target
from tuner.targets.export import changed_file
from tuner.targets.readings import Reading

LIVEKIT, PIPECAT = target("livekit"), target("pipecat")

AGENT = """\
import os

session = AgentSession(
    turn_handling={
        "turn_detection": "vad",
        "endpointing": {
            "min_delay": float(os.environ["MIN_DELAY"]),
            "max_delay": 2.0,
        },
    },
)
"""
SILENCE, LATE, PATIENCE = "endpointing.silence_ms", "asr.late_final_ms", "endpointing.max_silence_ms"


def read(handling: str, session: str = "") -> Reading:
    return LIVEKIT.read(f"AgentSession(turn_handling={{{handling}}}, {session})", "agent.py")


def by_code(reading: Reading) -> set[str]:
    return {name for name, origin in reading.origins.items() if origin == "code"}


def test_what_depends_on_it_is_not_known_and_all_else_is_read() -> None:
    reading = LIVEKIT.read(AGENT, "agent.py")
    assert by_code(reading) == {SILENCE, LATE}
    assert reading.origins[PATIENCE] == "stated"
    assert reading.settings.endpointing.max_silence_ms == 2000
    assert SILENCE not in reading.ours
    assert reading.settings.endpointing.silence_ms == 500


def test_the_line_the_code_and_the_next_step_are_reported() -> None:
    (doubt,) = LIVEKIT.read(AGENT, "agent.py").code_doubts
    assert doubt == (
        "agent.py:7: AgentSession.turn_handling.endpointing.min_delay is set by code, "
        '`float(os.environ["MIN_DELAY"])`: not known, the vendor\'s default is taken; write the value there to have it '
        "read"
    )


@pytest.mark.parametrize(
    ("handling", "session", "paths", "settings"),
    [
        ('"turn_detection": MyDetector()', "", {"turn_detection"}, {"endpointing.eot_threshold"}),
        ('"turn_detection": detector', "", {"turn_detection"}, {"endpointing.counts_from", "eager.on"}),
        ('"endpointing": delays()', "", {"endpointing.min_delay", "endpointing.max_delay"}, {SILENCE, PATIENCE}),
        ('"endpointing": {**delays(), "min_delay": 0.3}', "", {"endpointing.max_delay"}, {PATIENCE}),
        ('"interruption": {"enabled": not QUIET}', "", {"interruption.enabled"}, {"barge_in.mode"}),
        ('"endpointing": {"min_delay": Decimal("0.3")}', "", {"endpointing.min_delay"}, {SILENCE}),
    ],
)
def test_values_objects_and_what_is_opened_may_be_code(
    handling: str, session: str, paths: set[str], settings: set[str]
) -> None:
    reading = read(handling, session)
    assert paths <= {path.removeprefix("AgentSession.turn_handling.") for path in reading.code}
    assert settings <= by_code(reading)


def test_a_value_that_is_written_out_beside_code_stays_stated() -> None:
    reading = read('"turn_detection": pick(), "endpointing": {"min_delay": 0.35, "max_delay": 2.0}')
    assert (reading.origins[SILENCE], reading.origins[PATIENCE]) == ("stated", "stated")
    assert reading.ours[SILENCE] == 350


def test_options_that_are_opened_are_named_once() -> None:
    reading = LIVEKIT.read("AgentSession(**options())", "agent.py")
    (doubt,) = reading.code_doubts
    assert doubt.startswith("agent.py:1: AgentSession.turn_handling.turn_detection, ")
    assert " more are set by code, `options()`: not known" in doubt
    assert reading.origins[SILENCE] == "code"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('os.getenv("MIN_DELAY", "0.3")', '`os.getenv("MIN_DELAY", "...")`'),
        ("os.environ['MIN_DELAY']", "`os.environ['MIN_DELAY']`"),
        ('make(key="sk-proj-AbCdEf123456")', '`make(key="...")`'),
        ('make("sk-proj-AbCdEf123456")', '`make("...")`'),
        ("f(" + "x, " * 100 + ")", "`f(x, x, x, x, x, x, x, x, x...x, x, x, x, x, x, x, x, x, )`"),
    ],
)
def test_code_is_shown_short_and_without_its_texts(code: str, shown: str) -> None:
    (doubt,) = read(f'"endpointing": {{"min_delay": {code}}}').code_doubts
    assert shown in doubt
    assert "sk-proj" not in doubt
    assert len(doubt) < 300


def test_an_export_leaves_it_alone_and_says_what_was_to_be_there() -> None:
    before = LIVEKIT.read(AGENT, "agent.py").settings
    wanted = LIVEKIT.deployable_space().coupled(before.replace({SILENCE: 350, PATIENCE: 1500}))
    found = changed_file(LIVEKIT, wanted, AGENT, "agent.py")
    assert found.text == AGENT.replace("2.0", "1.5")
    assert found.left_alone == (
        'agent.py:7: set by code, `float(os.environ["MIN_DELAY"])`, and left as it is; these settings need '
        "AgentSession.turn_handling.endpointing.min_delay = 0.35 there",
    )


def test_an_export_into_an_object_that_code_makes_changes_nothing_in_it() -> None:
    code = "AgentSession(turn_handling=make(), aec_warmup_duration=1.0)\n"
    before = LIVEKIT.read(code, "agent.py").settings
    wanted = LIVEKIT.deployable_space().coupled(before.replace({SILENCE: 350, "barge_in.guard_first_ms": 500}))
    found = changed_file(LIVEKIT, wanted, code, "agent.py")
    assert found.text == code.replace("1.0", "0.5")
    (left,) = found.left_alone
    assert left.startswith("agent.py:1: set by code, `make()`, and left as it is; these settings need")


def test_what_code_sets_stays_as_it_is_in_force(tmp_path) -> None:
    path = tmp_path / "agent.py"
    path.write_text(AGENT)
    in_force = LIVEKIT.deployable_space().coupled(LIVEKIT.read(AGENT, "agent.py").settings.replace({SILENCE: 800}))
    made = deliverable(LIVEKIT, in_force.replace({SILENCE: 350, LATE: 350}), in_force, path)
    assert made.meant.endpointing.silence_ms == 800
    assert [one for one in made.doubts if "set by code" in one] == list(made.export.left_alone)


def test_a_list_that_code_makes_is_unknown_too() -> None:
    reading = PIPECAT.read("UserTurnStrategies(start=strategies())\nVADParams(stop_secs=0.3)", "bot.py")
    assert {"barge_in.on_voice", "barge_in.on_words"} <= by_code(reading)
    assert reading.origins["vad.silence_ms"] == "derived"  # on steps of the VAD's windows
    assert reading.settings.barge_in.on_voice == PIPECAT.read("VADParams()", "b").settings.barge_in.on_voice


def test_settings_that_no_code_touches_are_as_in_a_file_without_any() -> None:
    assert by_code(read('"turn_detection": "vad"')) == set()
    assert Settings().flat().keys() == read("").origins.keys()
