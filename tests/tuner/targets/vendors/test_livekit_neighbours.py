"""What stands beside LiveKit's own settings: recognisers, synthesis, realtime models."""

from pathlib import Path

import pytest

from stages.errors import SettingsError
from tuner.targets import target
from tuner.targets.readings import Reading

FLUX_ABOVE = r"eager_eot_threshold 0\.8 is above .*eot_threshold 0\.7: Deepgram answers 400"


def read(code: str, version: str = "") -> Reading:
    return target(f"livekit@{version}" if version else "livekit").read(code, "agent.py")


def case(shared: Path, name: str) -> str:
    return (shared / "data/cases" / name).read_text()


def test_a_recognisers_own_1_2_s_hide_the_delay_in_1_2_7(shared: Path) -> None:
    reading = read(case(shared, "unk/lk_1_2_7_stt_kw.py"), "1.2.7")
    found = reading.settings
    assert (found.vad.silence_ms, found.endpointing.silence_ms, found.eager.on) == (400, 500, "off")
    assert found.endpointing.counts_from == "speech"
    assert "the recogniser's own 1.2 s" in reading.idle["AgentSession.min_endpointing_delay"]
    assert reading.unknown == ()


@pytest.mark.parametrize("version", ["1.2.13", "1.8.9", ""])
def test_a_recognisers_own_1_2_s_are_added_to_the_delay_where_the_version_counts_so(shared: Path, version: str) -> None:
    reading = read(case(shared, "unk/lk_1_2_7_stt_kw.py"), version)
    assert reading.settings.endpointing.counts_from == "final"
    assert [one for one in reading.doubts if "delay of 500 ms is added: a turn ends after 1700 ms" in one]


STT = [
    ("assemblyai.STT(min_turn_silence=400, max_turn_silence=2000)", "STT.min_turn_silence", 400),
    ("azure.STT(segmentation_silence_timeout_ms=800)", "STT.segmentation_silence_timeout_ms", 800),
    ("soniox.STT(params=soniox.STTOptions(max_endpoint_delay_ms=1500))", "STT.params.max_endpoint_delay_ms", 1500),
    ("deepgram.STT(endpointing_ms=900)", "STT.endpointing_ms", 900),
    ("speechmatics.STT(end_of_utterance_silence_trigger=0.8)", "STT.end_of_utterance_silence_trigger", 800),
]


@pytest.mark.parametrize(("made", "path", "ms"), STT, ids=[path for _, path, _ in STT])
def test_a_recognisers_own_silence_is_read_and_said_to_be_in_the_recording(made: str, path: str, ms: float) -> None:
    reading = read(f'AgentSession(stt={made}, vad=silero.VAD.load(), turn_detection="stt")')
    assert path in reading.stated
    assert [one for one in reading.doubts if f"{path}" in one and f"add {ms:g} ms to the assumed one" in one]


def test_a_recogniser_imported_by_its_class_is_read_too() -> None:
    code = "from livekit.plugins.deepgram import STT\nAgentSession(stt=STT(endpointing_ms=900))\n"
    assert read(code).stated["STT.endpointing_ms"] == 900


def test_an_eager_threshold_above_the_end_of_turn_is_refused_in_python(shared: Path) -> None:
    with pytest.raises(SettingsError, match=FLUX_ABOVE):
        read(case(shared, "lk5199/agent.py"))


def test_an_eager_threshold_starts_the_llm_on_the_score_in_the_mode_stt() -> None:
    code = 'AgentSession(stt=deepgram.STTv2(eager_eot_threshold=0.5), vad=silero.VAD.load(), turn_detection="{}")'
    found = read(code.format("stt")).settings.eager
    assert (found.on, found.threshold) == ("score", 0.5)
    assert read(code.format("vad")).settings.eager.on == "final"


def test_a_chunk_schedule_and_a_deprecated_padding_are_named(shared: Path) -> None:
    reading = read(case(shared, "lk4009/agent.py"))
    found = reading.settings
    assert (found.vad.silence_ms, found.endpointing.onset_ms, found.barge_in.min_speech_ms) == (200, 20, 166)
    assert (found.endpointing.silence_ms, found.endpointing.score_from) == (500, "final")
    said = "\n".join(reading.doubts)
    assert "`VAD.padding_duration` 0.03: no effect" in said
    assert "TTS.chunk_length_schedule [50] delays the first audio: not read" in said
    assert "openai.STT does not stream" in said
    assert "endpointing.max_silence_ms 3000 (or 6000)" in reading.asked


def test_a_realtime_models_own_turn_detection_is_read(shared: Path) -> None:
    reading = read(case(shared, "lk6635/agent.py"))
    found = reading.settings
    assert reading.target == "livekit-openai-realtime"
    assert (found.vad.silence_ms, found.endpointing.silence_ms, found.barge_in.mode) == (500, 500, "ignore")
    assert (found.endpointing.eot_threshold, found.eager.on) == (None, "off")
    assert [one for one in reading.doubts if "ValueError at session.start()" in one]
    assert [one for one in reading.doubts if "create_response is False" in one]


def test_the_sessions_delays_do_nothing_beside_a_realtime_model() -> None:
    code = "AgentSession(llm=openai.realtime.RealtimeModel(turn_detection=ServerVad(silence_duration_ms=700)), "
    reading = read(code + "min_endpointing_delay=0.2, vad=silero.VAD.load(min_silence_duration=0.3))")
    assert reading.settings.endpointing.silence_ms == 700
    assert {"AgentSession.min_endpointing_delay", "VAD.min_silence_duration"} <= set(reading.idle)


@pytest.mark.parametrize(("version", "silence"), [("1.2.8", 200), ("1.2.9", 640)])
def test_a_bare_realtime_model_has_the_turn_detection_of_its_plugin(version: str, silence: float) -> None:
    reading = read("AgentSession(llm=openai.realtime.RealtimeModel(), min_endpointing_delay=0.2)", version)
    assert reading.target == "livekit-openai-realtime"
    assert reading.settings.endpointing.silence_ms == silence  # ours, where the plugin takes the semantic VAD
    assert bool([one for one in reading.doubts if "semantic_vad" in one]) == (version == "1.2.9")


def test_a_realtime_model_without_turn_detection_leaves_turns_to_the_session() -> None:
    code = "AgentSession(llm=openai.realtime.RealtimeModel(turn_detection=None), min_endpointing_delay=0.6)"
    reading = read(code)
    assert (reading.target, reading.settings.endpointing.silence_ms) == ("livekit-flat", 600)


def test_googles_realtime_model_is_read_with_its_own_names() -> None:
    detection = "types.AutomaticActivityDetection(silence_duration_ms=900, prefix_padding_ms=40)"
    handling = "activity_handling=types.ActivityHandling.NO_INTERRUPTION"
    config = f"types.RealtimeInputConfig(automatic_activity_detection={detection}, {handling})"
    reading = read(f"AgentSession(llm=google.realtime.RealtimeModel(realtime_input_config={config}))")
    found = reading.settings
    assert reading.target == "livekit-google-realtime"
    assert (found.endpointing.silence_ms, found.endpointing.onset_ms, found.barge_in.mode) == (900, 40, "append")


def test_another_realtime_model_is_named() -> None:
    reading = read("AgentSession(llm=aws.realtime.RealtimeModel())")
    assert [one for one in reading.doubts if one.startswith("aws.realtime.RealtimeModel: a realtime model ends turns")]


CLIENT_TURNS = (
    "AgentSession(llm=openai.realtime.RealtimeModel(turn_detection=ServerVad(silence_duration_ms=700, "
    "create_response=False, interrupt_response=False)), vad=silero.VAD.load(min_silence_duration=0.3), "
    'turn_detection="vad", min_endpointing_delay=0.9)'
)


@pytest.mark.parametrize(
    ("version", "form", "silence"),
    [("1.6.7", "livekit-openai-realtime", 700), ("1.6.8", "livekit-flat", 900), ("1.8.9", "livekit-flat", 900)],
)
def test_a_model_that_creates_no_response_leaves_turns_to_the_session_where_its_plugin_does(
    version: str, form: str, silence: float
) -> None:
    reading = read(CLIENT_TURNS, version)
    assert (reading.target.partition("@")[0], reading.settings.endpointing.silence_ms) == (form, silence)
    assert ("RealtimeModel.turn_detection.silence_duration_ms" in reading.idle) == (silence == 900)
    assert reading.unknown == ()


def test_who_imports_the_types_of_the_beta_is_taken_to_have_a_plugin_of_that_time() -> None:
    reading = read("from openai.types.beta.realtime.session import TurnDetection\n" + CLIENT_TURNS)
    assert reading.target.partition("@")[0] == "livekit-openai-realtime"
    assert "endpointing.silence_ms 700 (or 900)" in reading.asked


@pytest.mark.parametrize(("version", "counts"), [("1.7.1", "final"), ("1.8.0", "speech"), ("1.8.9", "speech")])
def test_a_recogniser_that_does_not_stream_says_when_speech_ended_since_1_8(version: str, counts: str) -> None:
    code = 'AgentSession(stt={}, turn_detection="stt")'
    assert read(code.format("openai.STT()"), version).settings.endpointing.counts_from == counts
    assert read(code.format("openai.STT(use_realtime=True)"), version).settings.endpointing.counts_from == "final"
    assert read(code.format("deepgram.STT()"), version).settings.endpointing.counts_from == "final"
