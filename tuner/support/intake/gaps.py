"""Questions about what the attached recording does not show."""

from __future__ import annotations

import numpy as np

from pipeline.turns.columns import Columns
from tuner.statistics.split import FEWEST_SESSIONS
from tuner.support.intake.missing import Missing
from tuner.support.intake.questions import Question

FEWEST_TURNS = 300
"""With no event in so many turns, a limit of 1 % holds at 95 % confidence (Clopper-Pearson: 1 - 0.05 ** (1 / 300))."""

LACKING = 0.5
"""A field is asked for where this share of the turns lacks it."""

MORE_TURNS = Question(
    "more_turns",
    "more turns",
    88,
    "too few to show that any settings keep the limits",
    f"Please send more turns: {FEWEST_TURNS} or more, of {FEWEST_SESSIONS} or more different calls.",
    f"请提供更多轮次：至少 {FEWEST_TURNS} 轮，来自至少 {FEWEST_SESSIONS} 通不同的通话。",
)
PAUSES = Question(
    "pauses",
    "pauses inside turns",
    86,
    "without them it is not known which users a shorter wait would cut off",
    "Please record the silences inside the users' turns as well (`speech.pauses`: when, and how long).",
    "请同时记录用户一轮话中间的停顿（`speech.pauses`：何时、多长）。",
)
OVERLAPS = Question(
    "overlaps",
    "speech over the agent",
    84,
    "without it barge-in cannot be judged",
    "Please record what the microphone picks up while the agent talks (`overlaps`: when, how long, how many words, and "
    "whether it was an interrupt, a backchannel, noise or echo).",
    "请同时记录智能体说话时麦克风收到的声音（`overlaps`：何时、多长、几个词，以及是打断、附和、噪音还是回声）。",
)
STAGES = Question(
    "stages",
    "times of the stages",
    82,
    "without them they are invented from a profile",
    "Please record how long the final transcript, the LLM's first token and the first audio took, in each turn "
    "(`asr.final_ms`, `llm.ttft_ms`, `tts.ttfb_ms`).",
    "请记录每一轮的最终识别结果、LLM 首个 token 和首段音频各用了多长时间"
    "（`asr.final_ms`、`llm.ttft_ms`、`tts.ttfb_ms`）。",
)
MEASURED = Question(
    "response_ms",
    "measured response times",
    58,
    "they show how far the replay can be trusted",
    "Please record how long each answer took as the user heard it (`response_ms`).",
    "请记录用户实际听到的每次应答时间（`response_ms`）。",
)
SCORES = Question(
    "eot_score",
    "end-of-turn scores",
    46,
    "without them a threshold on them cannot be searched",
    "If you run an end-of-turn model, please record its score at each pause and at the end (`eot_score`).",
    "如果使用了话轮结束检测模型，请记录它在每个停顿处和结尾处的分数（`eot_score`）。",
)


def gaps(turns: Columns) -> tuple[Missing, ...]:
    """The questions that a recording, as read, leaves open; the most useful first."""
    stages = (turns.final_ms, turns.ttft_ms[:, 0], turns.ttfb_ms[:, 0])
    asked = (
        (MORE_TURNS, len(turns) < FEWEST_TURNS or len(turns.session_names) < FEWEST_SESSIONS),
        (PAUSES, _lacks(~turns.pauses_known)),
        (OVERLAPS, _lacks(~turns.overlaps_known)),
        (STAGES, any(_lacks(np.isnan(values)) for values in stages)),
        (MEASURED, _lacks(np.isnan(turns.response_ms))),
        (SCORES, _lacks(np.isnan(turns.eot_score))),
    )
    return tuple(Missing(question, question.worth) for question, lacks in asked if lacks)


def _lacks(without: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> bool:
    return bool(without.mean() > LACKING)
