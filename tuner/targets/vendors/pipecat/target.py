"""Pipecat: the VAD, the strategies that start and stop a user's turn, and the waits, as Python constructor calls.

Two forms: Smart-Turn, which is the default, and the speech-timeout strategy. Source: pipecat-ai 1.14.0
(audio/vad, audio/turn/smart_turn, turns, llm_response_universal.py). Timing model, section 9.
"""

from __future__ import annotations

from dataclasses import replace

from tuner.formats.python.calls import Made
from tuner.formats.python.text import Python
from tuner.targets.rule import Fixed
from tuner.targets.sdk_checks.constructors import Constructor, taking
from tuner.targets.target import Target
from tuner.targets.vendors.pipecat.fields import (
    FIELDS,
    FILTERING,
    SMART_STOP,
    SMART_WAITS_FOR_WORDS,
    SPEECH_TIMEOUT,
    STARTS,
    WAITS_FOR_WORDS,
)
from tuner.targets.vendors.pipecat.rules import FREE, smart_rules, smart_ties, timeout_rules, timeout_ties
from tuner.targets.vendors.pipecat.stack import BEYOND, ELSEWHERE, NOTES, STACK
from tuner.targets.vendors.pipecat.starts import doubts, start_rules, start_ties

PAIR = "LLMContextAggregatorPair"
PARAMS, STRATEGIES = "LLMUserAggregatorParams", "UserTurnStrategies"
SMART, TIMED = "TurnAnalyzerUserTurnStopStrategy", "SpeechTimeoutUserTurnStopStrategy"
START = ("VADUserTurnStartStrategy", "TranscriptionUserTurnStartStrategy", "MinWordsUserTurnStartStrategy")
INSTEAD = tuple(one.path.partition(".")[0] for one in FILTERING)

FORMAT = Python(
    made=(
        Made(PAIR, (PAIR,), PAIR),
        Made(PARAMS, (PARAMS,), PARAMS, f"{PAIR}.user_params", variable="user_params"),
        Made(STRATEGIES, (STRATEGIES,), STRATEGIES, f"{PARAMS}.user_turn_strategies"),
        *(Made(name, (name,), name, f"{STRATEGIES}.start", listed=True) for name in START),
        *(Made(name, (name,), name, f"{STRATEGIES}.stop", listed=True) for name in (SMART, TIMED)),
        Made(
            "LocalSmartTurnAnalyzerV3",
            ("LocalSmartTurnAnalyzerV3", "LocalSmartTurnAnalyzerV2", "HttpSmartTurnAnalyzer"),
            "LocalSmartTurnAnalyzerV3",
            f"{SMART}.turn_analyzer",
        ),
        Made("SmartTurnParams", ("SmartTurnParams",), "SmartTurnParams", "LocalSmartTurnAnalyzerV3.params"),
        Made("SileroVADAnalyzer", ("*VADAnalyzer",), "SileroVADAnalyzer", f"{PARAMS}.vad_analyzer"),
        Made("VADParams", ("VADParams",), "VADParams", "SileroVADAnalyzer.params"),
        Made("STT", ("*STTService",), "dict", variable="stt_options"),
        *(Made(name, (name,), name, f"{PARAMS}.user_turn_strategies") for name in INSTEAD),
    ),
    imports={
        PARAMS: "pipecat.processors.aggregators.llm_response_universal",
        STRATEGIES: "pipecat.turns.user_turn_strategies",
        **dict.fromkeys(START, "pipecat.turns.user_start"),
        **dict.fromkeys((SMART, TIMED), "pipecat.turns.user_stop"),
        "LocalSmartTurnAnalyzerV3": "pipecat.audio.turn.smart_turn.local_smart_turn_v3",
        "SmartTurnParams": "pipecat.audio.turn.smart_turn.base_smart_turn",
        "SileroVADAnalyzer": "pipecat.audio.vad.silero",
        "VADParams": "pipecat.audio.vad.vad_analyzer",
    },
    usual={STARTS.path: STARTS.default},
    header=(
        "# Give `user_params` to LLMContextAggregatorPair, and the arguments in `stt_options` to your STT service.\n"
    ),
)

CONSTRUCTORS = (
    *(Constructor(FORMAT.imports[name], name, name) for name in FORMAT.imports if name != "LocalSmartTurnAnalyzerV3"),
    Constructor(FORMAT.imports["LocalSmartTurnAnalyzerV3"], "LocalSmartTurnAnalyzerV3", "LocalSmartTurnAnalyzerV3"),
)

USUAL = Target(
    name="pipecat",
    title="Pipecat, Smart-Turn",
    format=FORMAT,
    fields=(*FIELDS, SMART_STOP, SMART_WAITS_FOR_WORDS),
    rules=(*start_rules(), *smart_rules()),
    couplings=(*start_ties(), *smart_ties()),
    stack=STACK | {"endpointing.eot_threshold": Fixed(0.5, "Smart-Turn takes a turn for finished above 0.5")},
    elsewhere=ELSEWHERE,
    beyond=BEYOND,
    free=FREE,
    doubts=lambda given: doubts(given, SMART_WAITS_FOR_WORDS),
    notes=(
        "Smart-Turn is asked at the VAD's report and answers after 40 to 60 ms: in a recording's "
        "`speech.eot_delay_ms`.",
        *NOTES,
    ),
    check=taking(*CONSTRUCTORS),
    untimed=tuple(one.home for one in FORMAT.made if one.home),
    signs=(r"\bpipecat\b", PAIR, PARAMS),
)

TIMEOUT = replace(
    USUAL,
    name="pipecat-speech-timeout",
    title="Pipecat, speech timeout",
    fields=(*FIELDS, SPEECH_TIMEOUT, WAITS_FOR_WORDS),
    rules=(*start_rules(), *timeout_rules()),
    couplings=(*start_ties(), *timeout_ties()),
    stack=STACK | {"endpointing.eot_threshold": Fixed(None, "the speech-timeout strategy asks no model")},
    doubts=lambda given: doubts(given, WAITS_FOR_WORDS),
    marks=(TIMED,),
    notes=NOTES,
)

TARGETS = (replace(USUAL, older=(TIMEOUT,)), TIMEOUT)
