"""Pipecat's constructors: Smart-Turn and the speech timeout."""

import pytest

from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file
from tuner.targets.readings import Reading
from tuner.targets.vendors.pipecat.fields import START, STOP, WINDOW_MS
from tuner.targets.vendors.pipecat.rules import in_windows, windows_ms

SMART, TIMEOUT = target("pipecat"), target("pipecat-speech-timeout")


def read(code: str) -> Reading:
    return SMART.read(code, "bot.py")


def test_the_defaults_are_smart_turn_and_a_deepgram_wait() -> None:
    """Timing model, section 9: S = V, M = V + its stop_secs, and the p99 less stop_secs for the transcript."""
    ours = read("stt = DeepgramSTTService(api_key=KEY)").settings
    assert (ours.vad.silence_ms, ours.endpointing.silence_ms, ours.endpointing.max_silence_ms) == (192, 192, 3192)
    assert (ours.endpointing.eot_threshold, ours.endpointing.score_from) == (0.5, "vad")
    assert (ours.asr.final_timeout_ms, ours.asr.late_final_ms, ours.asr.empty_timeout_ms) == (150, 150, 5000)
    assert (ours.barge_in.min_speech_ms, ours.barge_in.withdraw_ms, ours.endpointing.onset_ms) == (192, 192, 192)
    assert (ours.barge_in.on_voice, ours.barge_in.on_words, ours.barge_in.resume_ms) == (True, "interim", None)
    assert (ours.tts.lookahead_tokens, ours.playout.prebuffer_ms) == (1, 7)


def test_the_speech_timeout_is_read_as_section_9_has_it() -> None:
    """The figures of the run pipecat-speech-timeout: 200 ms of VAD, 600 more, a p99 of 1 s."""
    reading = read("SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=0.6)\nXSTTService(ttfs_p99_latency=1.0)")
    ours = reading.settings
    assert reading.target == "pipecat-speech-timeout"
    assert (ours.endpointing.silence_ms, ours.endpointing.max_silence_ms) == (792, 792)
    assert ours.endpointing.eot_threshold is None
    assert (ours.asr.final_timeout_ms, ours.asr.late_final_ms, ours.asr.empty_timeout_ms) == (200, 600, 4400)


def test_an_stt_that_does_not_mark_its_finals_is_waited_out_as_silence() -> None:
    """Timing model, section 9: at least V + (p99 setting - stop_secs)."""
    ours = read("SpeechTimeoutUserTurnStopStrategy()\nGladiaSTTService()").settings
    assert ours.endpointing.silence_ms == 192 + 1490 - 200
    assert ours.asr.final_timeout_ms == 0
    smart = read("GladiaSTTService()").settings
    assert (smart.endpointing.silence_ms, smart.asr.final_timeout_ms) == (192 + 1290, 0)
    assert smart.endpointing.max_silence_ms == 192 + 3000


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ("", (True, "interim", 0)),
        ("UserTurnStrategies(start=[VADUserTurnStartStrategy()])", (True, "off", 0)),
        ("UserTurnStrategies(start=[TranscriptionUserTurnStartStrategy(use_interim=False)])", (False, "final", 1)),
        ("UserTurnStrategies(start=[MinWordsUserTurnStartStrategy(min_words=3)])", (False, "interim", 3)),
        (
            "UserTurnStrategies(start=[VADUserTurnStartStrategy(), MinWordsUserTurnStartStrategy(min_words=3)])",
            (True, "off", 0),
        ),
        ("UserTurnStrategies(start=default_user_turn_start_strategies())", (True, "interim", 0)),
    ],
)
def test_what_starts_a_turn_is_what_stops_the_agent(starts: str, expected: tuple[object, ...]) -> None:
    ours = read(starts).settings.barge_in
    assert (ours.on_voice, ours.on_words, ours.min_words) == expected


@pytest.mark.parametrize(("secs", "ms"), [(0.2, 192), (0.208, 192), (0.21, 224), (0.3, 288), (0.8, 800), (1.0, 992)])
def test_the_vad_counts_whole_windows(secs: float, ms: float) -> None:
    assert windows_ms(STOP, {STOP.path: secs}) == ms


def test_times_of_the_vad_are_written_as_round_numbers_that_it_counts_the_same() -> None:
    for windows in range(1, 37):
        secs = in_windows(START, windows * WINDOW_MS)
        assert windows_ms(START, {START.path: secs}) == windows * WINDOW_MS
    assert (in_windows(STOP, 192), in_windows(STOP, 800), in_windows(STOP, 96)) == (0.2, 0.8, 0.1)


def test_smart_turn_is_asked_at_the_vads_report_so_both_move_together() -> None:
    assert "vad.silence_ms" in SMART.deployable_space().values
    assert "endpointing.silence_ms" not in SMART.deployable_space().values
    coupled = SMART.deployable_space().coupled(
        Settings().replace({"vad.silence_ms": 288, "barge_in.min_speech_ms": 320})
    )
    assert (coupled.endpointing.silence_ms, coupled.barge_in.withdraw_ms, coupled.endpointing.onset_ms) == (
        288,
        320,
        320,
    )


def test_a_vad_that_holds_up_the_wait_may_be_moved_but_not_below_pipecats_own() -> None:
    before = read("VADParams(stop_secs=0.8)\nSpeechTimeoutUserTurnStopStrategy()").settings
    assert (before.vad.silence_ms, before.endpointing.silence_ms) == (800, 1400)
    assert TIMEOUT.deployable_space().coupled(before) == before
    assert "vad.silence_ms" in TIMEOUT.free
    assert TIMEOUT.values["vad.silence_ms"][0] == 192
    coupled = TIMEOUT.deployable_space().coupled(before.replace({"vad.silence_ms": 192, "endpointing.silence_ms": 100}))
    assert (coupled.endpointing.silence_ms, coupled.asr.late_final_ms) == (192, 0)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("UserTurnStrategies(start=[WakePhraseUserTurnStartStrategy(phrases=[])])", "WakePhraseUserTurnStartStrategy"),
        ("UserTurnStrategies(start=default_user_turn_start_strategies())", "set by code"),
        ("UserTurnStrategies(stop=[DeferredUserTurnStopStrategy(x=1)])", "DeferredUserTurnStopStrategy"),
        ("FilterIncompleteUserTurnStrategies()", "FilterIncompleteUserTurnStrategies"),
        ("LLMUserAggregatorParams(filter_incomplete_user_turns=True)", "filter_incomplete"),
        ("VADUserTurnStartStrategy(enable_interruptions=False)", "enable_interruptions"),
        ("SpeechTimeoutUserTurnStopStrategy(wait_for_transcript=False)", "wait_for_transcript"),
        ("DeepgramFluxSTTService()", "ends turns itself"),
    ],
)
def test_what_hardly_says_what_we_model_is_reported(code: str, says: str) -> None:
    assert any(says in doubt for doubt in read(code).doubts)


BOT = """\
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.audio.vad.silero import SileroVADAnalyzer

stt = DeepgramSTTService(api_key=os.getenv("DEEPGRAM_API_KEY"))
pair = LLMContextAggregatorPair(
    context,
    user_params=LLMUserAggregatorParams(
        vad_analyzer=SileroVADAnalyzer(),  # defaults
    ),
)
"""


def test_what_a_bot_lacks_is_put_where_pipecat_looks_for_it() -> None:
    after = SMART.deployable_space().coupled(read(BOT).settings.replace({"endpointing.max_silence_ms": 1792}))
    found = changed_file(SMART, after, BOT, "bot.py")
    assert found.changes == {"SmartTurnParams.stop_secs": (None, 1.6)}
    assert found.text.startswith(
        BOT[: BOT.index("\n\n")] + "\nfrom pipecat.audio.turn.smart_turn.base_smart_turn import"
    )
    assert (
        "        vad_analyzer=SileroVADAnalyzer(),  # defaults\n        user_turn_strategies=UserTurnStrategies(\n"
        in found.text
    )
    assert SMART.read(found.text, "bot.py").settings == after


def test_a_wait_that_the_stt_service_sets_is_written_there() -> None:
    after = SMART.deployable_space().coupled(read(BOT).settings.replace({"asr.final_timeout_ms": 300}))
    found = changed_file(SMART, after, BOT, "bot.py").text
    assert found == BOT.replace('"DEEPGRAM_API_KEY")', '"DEEPGRAM_API_KEY"), ttfs_p99_latency=0.5')


def test_an_odd_wait_of_the_vad_is_rounded_where_another_setting_hangs_on_it() -> None:
    code = "VADParams(stop_secs=0.19)\nXSTTService(ttfs_p99_latency=1.0)\n"
    reading = read(code)
    assert (reading.settings.vad.silence_ms, reading.settings.asr.final_timeout_ms) == (192, 810)
    after = SMART.deployable_space().coupled(reading.settings.replace({"asr.final_timeout_ms": 400}))
    assert changed_file(SMART, after, code, "bot.py").text.startswith(
        "VADParams(stop_secs=0.2)\nXSTTService(ttfs_p99_latency=0.6)\n"
    )


def test_what_a_list_holds_where_it_is_left_out_is_kept_in_it() -> None:
    after = SMART.deployable_space().coupled(read(BOT).settings.replace({"barge_in.on_words": "final"}))
    found = changed_file(SMART, after, BOT, "bot.py").text
    assert (
        "TranscriptionUserTurnStartStrategy(use_interim=False),\n                VADUserTurnStartStrategy(),\n" in found
    )
    assert SMART.read(found, "bot.py").settings == after


def test_words_alone_take_the_place_of_voice_and_what_stays_is_kept() -> None:
    imports = "from pipecat.turns.user_start import TranscriptionUserTurnStartStrategy, VADUserTurnStartStrategy\n\n"
    words = "TranscriptionUserTurnStartStrategy(use_interim=False)"
    code = f"{imports}turns = UserTurnStrategies(start=[VADUserTurnStartStrategy(), {words}])\n"
    before = read(code).settings
    few = SMART.deployable_space().coupled(before.replace({"barge_in.on_voice": False, "barge_in.min_words": 2}))
    found = changed_file(SMART, few, code, "bot.py").text
    assert found.endswith("start=[MinWordsUserTurnStartStrategy(min_words=2, use_interim=False)])\n")
    voice = SMART.deployable_space().coupled(before.replace({"barge_in.on_words": "off"}))
    assert changed_file(SMART, voice, code, "bot.py").text == code.replace(f", {words}", "")
