"""What we write for LiveKit Agents runs, and the session has what was meant; the figures that we quote are its own."""

import asyncio
import inspect
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from livekit.agents import AgentSession, APIConnectOptions, inference
from livekit.agents.inference.eot.languages import LOCAL_LANGUAGES
from livekit.agents.voice.turn import (
    _ENDPOINTING_DEFAULTS,
    _INTERRUPTION_DEFAULTS,
    _PREEMPTIVE_GENERATION_DEFAULTS,
    _STREAMING_ENDPOINTING_DEFAULTS,
)

from stages.settings import Settings
from tests.tuner.targets.test_every_target import points
from tuner.targets import target
from tuner.targets.export import changed_file, new_file
from tuner.targets.target import Target
from tuner.targets.vendors.livekit.fields import EAR
from tuner.targets.vendors.livekit.parts import STREAM_THRESHOLD

LIVEKIT = target("livekit")
FLAT = LIVEKIT.older[0]
few = examples(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def session_of(code: str) -> AgentSession[None]:
    """The session that our own export makes."""

    async def run() -> Any:
        found: dict[str, Any] = {}
        exec(compile(code, "export.py", "exec"), found)
        return found["session"]

    return asyncio.run(run())


@few
@given(settings=points(LIVEKIT))
def test_a_session_made_by_the_export_has_every_value_in_it(settings: Settings) -> None:
    code = new_file(LIVEKIT, settings).text
    session = session_of(code)
    stated = LIVEKIT.read(code, "export").stated
    assert set(stated) - {EAR.path}
    for name, value in stated.items():
        if name == EAR.path:  # what is in it stands under VAD too
            continue
        held = _held(session, name)
        assert held == value or (name.endswith("turn_detection") and type(held).__name__ == "TurnDetector"), name


@few
@given(settings=points(FLAT))
def test_a_session_made_with_the_older_arguments_has_them_too(settings: Settings) -> None:
    session = session_of(new_file(FLAT, settings).text)
    assert session.options.endpointing["min_delay"] * 1000 == pytest.approx(settings.endpointing.silence_ms)
    assert session.options.interruption["enabled"] is (settings.barge_in.mode == "interrupt")
    assert session.options.preemptive_generation["enabled"] is (settings.eager.on == "final")


def _held(session: AgentSession[None], path: str) -> Any:
    """What the session has where the export says so."""
    key, *names = path.split(".")
    roots: dict[str, Any] = {
        "AgentSession": {
            "turn_handling": session.options.turn_handling,
            "aec_warmup_duration": session.options.aec_warmup_duration,
            "conn_options": session.conn_options,
        },
        "VAD": session.vad._opts,
    }
    if key == "TurnDetector":
        return asyncio.run(session.turn_detection.unlikely_threshold(None)) if names[0] != "()" else f"inference.{key}"
    here = roots[key]
    for name in names:
        if name == "()":
            return f"inference.{type(session.vad).__name__}" if key == "VAD" else key
        here = here[name] if isinstance(here, dict) else getattr(here, name)
    return here


@few
@given(data=st.data())
def test_the_packages_own_types_and_constructors_take_every_export(data: st.DataObject) -> None:
    for form in (LIVEKIT, FLAT):
        assert problems(form, new_file(form, data.draw(points(form))).text) == ()


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ('AgentSession(turn_handling={"endpointing": {"min_dely": 0.3}})', "min_dely"),
        ('AgentSession(turn_handling={"endpointing": {"mode": "fast"}})', "mode"),
        ('AgentSession(turn_handling={"interuption": {}})', "did you mean interruption"),
        ("AgentSession(turn_handlin={})", "did you mean turn_handling"),
        ("AgentSession(conn_options=SessionConnectOptions(llm_options=1))", "llm_options"),
        ("inference.VAD(min_silence=0.3)", "min_silence_duration"),
        ("inference.TurnDetector(threshold=0.3)", "threshold"),
    ],
)
def test_a_typo_that_the_package_would_swallow_is_reported(code: str, says: str) -> None:
    assert any(says in one for one in problems(LIVEKIT, code))


def problems(form: Target, code: str) -> tuple[str, ...]:
    assert form.check is not None
    return tuple(form.check(form.format.parse(code, "code")))


def test_the_defaults_of_our_table_are_the_packages() -> None:
    own = {
        "endpointing": _ENDPOINTING_DEFAULTS,
        "interruption": _INTERRUPTION_DEFAULTS,
        "preemptive_generation": _PREEMPTIVE_GENERATION_DEFAULTS,
    }
    for group, defaults in own.items():
        for name, value in defaults.items():
            held = LIVEKIT.defaults[f"AgentSession.turn_handling.{group}.{name}"]
            assert held in (value, None, list(value) if isinstance(value, tuple) else value), name
    connection = APIConnectOptions()
    for stage in ("llm", "tts"):
        held = f"AgentSession.conn_options.{stage}_conn_options"
        assert LIVEKIT.defaults[f"{held}.timeout"] == connection.timeout
        assert LIVEKIT.defaults[f"{held}.max_retry"] == connection.max_retry
    assert APIConnectOptions()._interval_for_retry(0) == 0.1
    assert (
        LIVEKIT.defaults["AgentSession.aec_warmup_duration"]
        == session_of("from livekit.agents import AgentSession\nsession = AgentSession()").options.aec_warmup_duration
    )


@pytest.mark.parametrize(
    ("given", "defaults"),
    [("", _STREAMING_ENDPOINTING_DEFAULTS), ('"turn_detection": "vad"', _ENDPOINTING_DEFAULTS)],
)
def test_the_delays_that_are_left_out_are_the_detectors(given: str, defaults: dict[str, float]) -> None:
    ours = LIVEKIT.read(f"AgentSession(turn_handling={{{given}}})", "agent.py").settings.endpointing
    assert (ours.silence_ms, ours.max_silence_ms) == (defaults["min_delay"] * 1000, defaults["max_delay"] * 1000)


def test_the_vads_defaults_are_the_packages() -> None:
    parameters = inspect.signature(inference.VAD).parameters
    ours = LIVEKIT.read("inference.VAD()", "agent.py").settings
    assert ours.vad.silence_ms == parameters["min_silence_duration"].default * 1000
    assert ours.endpointing.onset_ms == parameters["min_speech_duration"].default * 1000


def test_the_threshold_that_is_assumed_is_the_local_models_for_english() -> None:
    assert LOCAL_LANGUAGES["en"] == STREAM_THRESHOLD


def test_a_customers_file_still_runs_once_it_is_changed() -> None:
    code = "from livekit.agents import AgentSession\n\nsession = AgentSession(\n    turn_handling={},  # ours\n)\n"
    settings = LIVEKIT.read(code, "agent.py").settings.replace(
        {"endpointing.silence_ms": 420, "asr.late_final_ms": 420, "llm.timeout_ms": 2500, "vad.silence_ms": 300}
    )
    session = session_of(changed_file(LIVEKIT, settings, code, "agent.py").text)
    assert session.options.endpointing["min_delay"] == 0.42
    assert session.conn_options.llm_conn_options.timeout == 2.5
    assert session.vad is not None
    assert session.vad.min_silence_duration == 0.3
