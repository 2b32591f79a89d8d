"""What we write for Pipecat runs and makes what was meant; the figures that we quote are its own."""

import importlib
import inspect
import pkgutil
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pipecat import services
from pipecat.audio.turn.smart_turn import local_smart_turn_v3
from pipecat.audio.turn.smart_turn.base_smart_turn import SmartTurnParams
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.processors.aggregators.llm_response_universal import LLMUserAggregatorParams
from pipecat.services import stt_latency
from pipecat.turns.user_start import MinWordsUserTurnStartStrategy
from pipecat.turns.user_stop import SpeechTimeoutUserTurnStopStrategy, TurnAnalyzerUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies

from stages.settings import Settings
from tests.tuner.targets.test_every_target import points
from tuner.targets import target
from tuner.targets.export import new_file
from tuner.targets.target import Target
from tuner.targets.vendors.pipecat.fields import FEW, STOP, VAD, WINDOW_MS, WORDS
from tuner.targets.vendors.pipecat.rules import windows_ms
from tuner.targets.vendors.pipecat.stt import P99_S, TURN_ENDING, UNMARKED, USUAL_P99_S

SMART, TIMEOUT = target("pipecat"), target("pipecat-speech-timeout")
few = examples(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
more = examples(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def made(code: str) -> dict[str, Any]:
    """What our own export binds."""
    found: dict[str, Any] = {}
    exec(compile(code, "export.py", "exec"), found)
    return found


def problems(form: Target, code: str) -> tuple[str, ...]:
    assert form.check is not None
    return tuple(form.check(form.format.parse(code, "code")))


@few
@given(settings=points(SMART))
def test_the_export_makes_smart_turn_as_meant(settings: Settings) -> None:
    found = made(new_file(SMART, settings).text)
    params: LLMUserAggregatorParams = found["user_params"]
    assert isinstance(params.vad_analyzer, SileroVADAnalyzer)
    stop_secs = params.vad_analyzer.params.stop_secs
    assert 1000 * stop_secs == pytest.approx(settings.vad.silence_ms, abs=WINDOW_MS / 2)
    assert isinstance(params.user_turn_strategies, UserTurnStrategies)
    (stop,) = list(params.user_turn_strategies.stop or ())
    assert isinstance(stop, TurnAnalyzerUserTurnStopStrategy)
    patience = 1000 * stop._turn_analyzer.params.stop_secs
    assert patience == pytest.approx(settings.endpointing.max_silence_ms - settings.vad.silence_ms)
    p99 = 1000 * found["stt_options"]["ttfs_p99_latency"]
    assert p99 - 1000 * stop_secs == pytest.approx(settings.asr.final_timeout_ms)


@more
@given(settings=points(TIMEOUT))
def test_the_export_makes_the_speech_timeout_as_meant(settings: Settings) -> None:
    params: LLMUserAggregatorParams = made(new_file(TIMEOUT, settings).text)["user_params"]
    assert params.vad_analyzer is not None
    assert isinstance(params.user_turn_strategies, UserTurnStrategies)
    (stop,) = list(params.user_turn_strategies.stop or ())
    assert isinstance(stop, SpeechTimeoutUserTurnStopStrategy)
    after = 1000 * stop._user_speech_timeout
    assert after == pytest.approx(settings.endpointing.silence_ms - settings.vad.silence_ms)
    assert settings.asr.empty_timeout_ms is not None
    assert 1000 * params.user_turn_stop_timeout == pytest.approx(settings.asr.empty_timeout_ms + after)


@more
@given(settings=points(TIMEOUT))
def test_the_export_starts_turns_as_meant(settings: Settings) -> None:
    params: LLMUserAggregatorParams = made(new_file(TIMEOUT, settings).text)["user_params"]
    assert params.user_turn_strategies is not None
    starts = {type(one).__name__: one for one in params.user_turn_strategies.start or ()}
    wanted = settings.barge_in
    if wanted.on_voice:
        assert set(starts) == ({VAD} if wanted.on_words == "off" else {VAD, WORDS})
    else:
        assert set(starts) == {FEW}
        assert isinstance(starts[FEW], MinWordsUserTurnStartStrategy)
        assert starts[FEW]._min_words == wanted.min_words
    words = starts.get(WORDS) or starts.get(FEW)
    assert words is None or words._use_interim is (wanted.on_words == "interim")


@more
@given(data=st.data())
def test_no_argument_of_an_export_is_swallowed(data: st.DataObject) -> None:
    for form in (SMART, TIMEOUT):
        assert problems(form, new_file(form, data.draw(points(form))).text) == ()


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("SpeechTimeoutUserTurnStopStrategy(user_speech_timeot=0.4)", "did you mean user_speech_timeout"),
        ("MinWordsUserTurnStartStrategy(words=2)", "min_words"),
        ("VADUserTurnStartStrategy(enable_interruption=True)", "did you mean enable_interruptions"),
        ("VADParams(stop_sec=0.2)", "did you mean stop_secs"),
        ("SmartTurnParams(stop=3)", "stop"),
        ("LLMUserAggregatorParams(turn_stop_timeout=5)", "user_turn_stop_timeout"),
        ("TurnAnalyzerUserTurnStopStrategy(analyzer=None)", "turn_analyzer"),
    ],
)
def test_a_typo_that_the_package_would_swallow_is_reported(code: str, says: str) -> None:
    assert any(says in one for one in problems(SMART, code))


def test_the_defaults_of_our_table_are_the_packages() -> None:
    held = SMART.defaults | TIMEOUT.defaults
    models = {"VADParams": VADParams, "SmartTurnParams": SmartTurnParams}
    fields = {f"{key}.{name}": one for key, model in models.items() for name, one in model.model_fields.items()}
    shared = {path: default for path, default in held.items() if path in fields}
    assert shared == {path: fields[path].default for path in shared}
    assert {path.partition(".")[0] for path in shared} == set(models)
    params = {name: one.default for name, one in inspect.signature(LLMUserAggregatorParams).parameters.items()}
    assert held["LLMUserAggregatorParams.user_turn_stop_timeout"] == params["user_turn_stop_timeout"]
    assert held["LLMUserAggregatorParams.user_idle_timeout"] == params["user_idle_timeout"]
    timeout = inspect.signature(SpeechTimeoutUserTurnStopStrategy).parameters
    for name in ("user_speech_timeout", "wait_for_transcript"):
        assert held[f"SpeechTimeoutUserTurnStopStrategy.{name}"] == timeout[name].default
    assert [
        type(one).__name__ for one in UserTurnStrategies(stop=[SpeechTimeoutUserTurnStopStrategy()]).start or ()
    ] == [
        VAD,
        WORDS,
    ]
    assert "probability > 0.5" in inspect.getsource(local_smart_turn_v3)


@pytest.mark.parametrize("stop_secs", [0.05, 0.1, 0.2, 0.208, 0.3, 0.5, 0.8, 1.0])
def test_the_vad_counts_windows_as_we_do(stop_secs: float) -> None:
    vad = SileroVADAnalyzer(params=VADParams(stop_secs=stop_secs))
    vad.set_sample_rate(16_000)
    assert windows_ms(STOP, {STOP.path: stop_secs}) == WINDOW_MS * vad._vad_stop_frames


def test_the_waits_for_transcripts_are_the_packages() -> None:
    """Read from the services' source: most cannot be imported without their vendor's own package."""
    found, marked = {}, set()
    for path, source in _sources():
        for name, bases, body in re.findall(
            r"^class (\w*STTService)\(([^)]*)\):\n(.*?)(?=^class |\Z)", source, re.M | re.S
        ):
            default = re.search(r"ttfs_p99_latency: float(?: \| None)? = ([\w.]+)", body)
            if default and not path.endswith("stt_service"):
                found[name] = float(getattr(stt_latency, default[1], None) or default[1])
            if (
                re.search(r"finalized\s*=\s*True|confirm_finalize\(", body)
                or "Segmented" in bases
                or "Whisper" in bases
            ):
                marked.add(name)
    assert {name: value for name, value in found.items() if "Base" not in name} == P99_S
    assert set(P99_S) - marked == UNMARKED
    assert stt_latency.DEFAULT_TTFS_P99 == USUAL_P99_S


def test_services_that_end_turns_are_known() -> None:
    owns = {
        name
        for _, source in _sources()
        for name in re.findall(r"^class (\w*STTService)\(", source, re.M)
        if "def supports_ttfs(self)" in source
        and "return False" in source.partition("def supports_ttfs(self)")[2][:400]
    }
    assert owns <= TURN_ENDING | set(P99_S)


def _sources() -> list[tuple[str, str]]:
    found = []
    for one in pkgutil.walk_packages(services.__path__, "pipecat.services.", onerror=lambda _: None):
        spec = None
        if one.name.endswith(("stt", "stt_base", "stt_service")):
            spec = importlib.util.find_spec(one.name)
        if spec and spec.origin:
            with open(spec.origin, encoding="utf-8") as stream:
                found.append((one.name, stream.read()))
    return found
