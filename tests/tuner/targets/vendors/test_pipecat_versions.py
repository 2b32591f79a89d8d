"""Pipecat by version: strategies, transports before them, what is ignored silently since."""

from pathlib import Path

import pytest

from stages.errors import SettingsError
from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file, new_file
from tuner.targets.readings import Reading

TRANSPORT = "TransportParams(vad_enabled=True, vad_analyzer=SileroVADAnalyzer({}))"


def read(code: str, version: str = "") -> Reading:
    return target(f"pipecat@{version}" if version else "pipecat").read(code, "bot.py")


def case(shared: Path, name: str) -> str:
    return (shared / "data/cases" / name / "bot.py").read_text()


@pytest.mark.parametrize(
    ("version", "vad", "late", "mode", "words"),
    [
        ("0.0.60", 800, 1000, "append", "final"),
        ("0.0.66", 800, 500, "append", "off"),
        ("0.0.72", 800, 500, "interrupt", "off"),
        ("0.0.87", 800, 500, "interrupt", "off"),
        ("0.0.98", 800, 500, "interrupt", "off"),
        ("0.0.100", 800, 500, "interrupt", "interim"),
        ("0.0.102", 192, 800, "interrupt", "interim"),
        ("1.14.0", 192, 800, "interrupt", "interim"),
    ],
)
def test_a_bare_bot_has_the_defaults_of_its_version(
    version: str, vad: float, late: float, mode: str, words: str
) -> None:
    found = read("import pipecat\n" + TRANSPORT.format(""), version).settings
    assert (found.vad.silence_ms, found.asr.late_final_ms) == (vad, late)
    assert (found.barge_in.mode, found.barge_in.on_words) == (mode, words)


def test_interruptions_that_are_not_allowed_queue_the_answer_and_a_mute_drops_it(shared: Path) -> None:
    reading = read(case(shared, "pc2788"))
    found = reading.settings
    assert reading.version == "pipecat-ai 0.0.98"
    assert found.barge_in.mode == "ignore"
    assert read("PipelineParams(allow_interruptions=False)", "0.0.87").settings.barge_in.mode == "append"


def test_a_silence_of_4_2_s_is_kept_as_the_nearest_that_is_replayed(shared: Path) -> None:
    reading = read(case(shared, "pc2788"), "0.0.87")
    found = reading.settings
    assert (found.vad.silence_ms, found.endpointing.silence_ms, found.endpointing.eot_threshold) == (2000, 3000, None)
    assert found.endpointing.max_silence_ms == 4192
    assert [one for one in reading.doubts if "would be 4192" in one]


def test_three_words_interrupt_and_voice_does_not(shared: Path) -> None:
    reading = read(case(shared, "pc-oldwords"))
    found = reading.settings
    assert (found.barge_in.on_voice, found.barge_in.on_words, found.barge_in.min_words) == (False, "final", 3)
    assert (found.vad.silence_ms, found.endpointing.max_silence_ms) == (192, 2192)
    assert (found.endpointing.eot_threshold, found.asr.late_final_ms) == (0.5, 500)
    assert found.barge_in.mode == "interrupt"


def test_a_final_transcript_stops_the_agent_whatever_the_voice_says_in_0_0_65(shared: Path) -> None:
    reading = read(case(shared, "pc1391"))
    found = reading.settings
    assert reading.version == "pipecat-ai 0.0.65"
    assert (found.barge_in.min_speech_ms, found.barge_in.on_voice, found.barge_in.on_words) == (608, True, "final")
    assert (found.vad.silence_ms, found.endpointing.silence_ms, found.endpointing.max_silence_ms) == (800, 800, 800)
    assert "barge_in.on_words final (or off, interim)" in reading.asked


def test_words_cannot_be_counted_in_0_0_65_and_the_upgrade_is_named(shared: Path) -> None:
    code = case(shared, "pc1391")
    words = {"barge_in.on_voice": False, "barge_in.on_words": "final", "barge_in.min_words": 2}
    after = read(code).settings.replace(words)
    found = changed_file(target("pipecat"), after, code, "bot.py")
    assert "MinWords" not in found.text
    why = {one.name: one.reason for one in found.writing.inexpressible}
    assert why["barge_in.min_words"].endswith("pipecat-ai 0.0.69")
    later = changed_file(target("pipecat@0.0.87"), after, code, "bot.py")
    assert "interruption_strategies=[MinWordsInterruptionStrategy(min_words=2)]" in later.text
    assert read(later.text, "0.0.87").settings.barge_in.min_words == 2


def test_a_late_transcript_waits_for_the_watchdog_in_0_0_102_to_0_0_108(shared: Path) -> None:
    code = case(shared, "pc4098")
    unknown = read(code)
    assert (
        "in 0.0.102 a final transcript that comes more than 0 ms after the VAD's report ends no turn" in unknown.asked
    )
    assert [
        one
        for one in read(code, "0.0.105").doubts
        if "only the watchdog does, 5 s after the last report or transcript" in one
    ]
    assert not [one for one in read(code, "1.0.0").doubts if "watchdog" in one]
    assert unknown.settings.vad.silence_ms == 512


def test_arguments_of_the_aggregator_before_are_read() -> None:
    params = "aggregation_timeout=0.05, turn_emulated_vad_timeout=0.8, enable_emulated_vad_interruptions=True"
    reading = read(f"LLMUserAggregatorParams({params})", "0.0.87")
    assert (reading.settings.asr.late_final_ms, reading.settings.barge_in.on_words) == (50, "final")
    assert reading.unknown == ()


def test_a_mute_strategy_is_read_as_ignoring() -> None:
    code = "LLMUserAggregatorParams(user_mute_strategies=[AlwaysUserMuteStrategy()])"
    assert (
        read(f"from pipecat.turns.user_mute import AlwaysUserMuteStrategy\n{code}").settings.barge_in.mode == "ignore"
    )
    first = read(code.replace("Always", "FirstSpeech"))
    assert first.settings.barge_in.mode == "interrupt"
    assert [one for one in first.doubts if "mutes the user for the first reply" in one]


def test_strategies_that_all_do_not_interrupt_append() -> None:
    starts = "VADUserTurnStartStrategy(enable_interruptions=False)"
    assert read(f"UserTurnStrategies(start=[{starts}])").settings.barge_in.mode == "append"


def test_what_1_0_0_ignores_silently_is_said_to_have_no_effect() -> None:
    code = "TransportParams(vad_analyzer=SileroVADAnalyzer())\nPipelineParams(allow_interruptions=False)\n"
    reading = read(code, "1.2.0")
    assert reading.settings.barge_in.mode == "interrupt"
    assert {"TransportParams.vad_analyzer", "PipelineParams.allow_interruptions"} <= set(reading.idle)
    assert [one for one in reading.doubts if "ignores it silently" in one]


def test_several_transports_of_a_bot_are_one_form() -> None:
    vad = "vad_analyzer=SileroVADAnalyzer(params=VADParams(stop_secs=0.5))"
    code = f"params = {{'daily': lambda: DailyParams({vad}), 'web': lambda: TransportParams({vad})}}\n"
    assert read(code, "0.0.98").settings.vad.silence_ms == 512


def test_flux_with_an_eager_threshold_above_its_end_is_refused() -> None:
    params = "DeepgramFluxSTTService.InputParams(eager_eot_threshold=0.8, eot_timeout_ms=3000)"
    with pytest.raises(
        SettingsError, match=r"STT\.params\.eager_eot_threshold 0\.8 is above .* 0\.7: Deepgram answers 400"
    ):
        read(f"DeepgramFluxSTTService(api_key='k', params={params})")


def test_a_service_that_ends_turns_leaves_the_vad_without_effect() -> None:
    reading = read("DeepgramFluxSTTService(params=P(eot_threshold=0.7))\nVADParams(stop_secs=0.4)\n")
    assert reading.stated["STT.params.eot_threshold"] == 0.7
    assert "DeepgramFluxSTTService ends turns itself" in reading.idle["VADParams.stop_secs"]


def test_a_recognisers_own_endpointing_is_named() -> None:
    options = "LiveOptions(model='nova-3', endpointing=1200, utterance_end_ms='1500', vad_events=True)"
    reading = read(f"DeepgramSTTService(api_key='k', live_options={options})\nSileroVADAnalyzer()\n")
    assert [one for one in reading.doubts if "LiveOptions.endpointing 1200 is the recogniser's own wait" in one]


def test_geminis_own_detection_is_read() -> None:
    vad = "GeminiVADParams(silence_duration_ms=900, prefix_padding_ms=40)"
    reading = read(f"GeminiLiveLLMService(api_key='k', params=InputParams(vad={vad}))")
    assert reading.target == "pipecat-gemini"
    assert (reading.settings.endpointing.silence_ms, reading.settings.endpointing.onset_ms) == (900, 40)


def test_the_transcription_strategy_of_0_0_99_ends_a_turn_at_the_vads_report() -> None:
    code = "UserTurnStrategies(stop=[TranscriptionUserTurnStopStrategy(timeout=0.8)])"
    reading = read(f"from pipecat.turns.user_turn_strategies import UserTurnStrategies\n{code}")
    assert reading.version == "pipecat-ai 0.0.101"
    assert (reading.settings.endpointing.silence_ms, reading.settings.asr.late_final_ms) == (800, 800)
    assert reading.settings.endpointing.eot_threshold is None


@pytest.mark.parametrize(("version", "lacking"), [("0.0.60", "interruption_strategies"), ("0.0.87", "user_turn")])
def test_a_new_file_has_no_name_that_the_version_lacks(version: str, lacking: str) -> None:
    dated = target(f"pipecat@{version}")
    settings = dated.as_deployed(Settings().replace({"vad.silence_ms": 512, "barge_in.min_words": 2}))
    text = new_file(dated, settings).text
    assert lacking not in text
    assert dated.read(text, "back").settings.vad.silence_ms == 512


def test_an_unknown_argument_is_listed() -> None:
    reading = read("VADParams(stop_sec=0.4)\nPipelineParams(allow_interruption=True, enable_metrics=True)\n")
    assert sorted(reading.unknown) == [
        "PipelineParams.allow_interruption (did you mean PipelineParams.allow_interruptions?)",
        "VADParams.stop_sec (did you mean VADParams.stop_secs?)",
    ]
