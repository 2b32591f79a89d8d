"""What users complain of, proposed from what a case says: words of its intake form, in English and Chinese."""

from __future__ import annotations

from tuner.statistics.complaint import Complaint
from tuner.support.intake.cues import said
from tuner.support.intake.intake import Intake

WORDS: dict[Complaint, str] = {
    "not-interruptible": """
        can't interrupt, cannot interrupt, can not interrupt, can't be interrupted, cannot be interrupted,
        can not be interrupted, not interruptible, uninterruptible, barge-in off, barge in off, no barge-in,
        keeps talking, won't stop, doesn't stop, does not stop, ignores ... interrupt*,
        无法打断, 不能打断, 打断不了, 打不断
    """,
    "false-stops": """
        breaks off, stops by itself, stops on its own, stops mid*, stops talking, stops when, any noise, any breath,
        background noise, backchannel*, false interrupt*, interrupted by noise, hmm, uh-huh, cough*,
        误打断, 噪音打断, 噪声打断, 自己停, 附和
    """,
    "cut-off": """
        cut off, cuts off, cut ... off, cuts ... off, cutting ... off, interrupts me, interrupts the user,
        interrupts users, answers too early, answers too soon, too early, too soon, before ... finish*, mid-sentence,
        没说完, 抢答, 还没说完, 过早
    """,
    "talks-over": "talk* over, speak* over, at the same time, 抢话, 同时说话",
    "no-answer": """
        no answer, no response, never answers, doesn't answer, does not answer, no reply, 没有回答, 不回答, 没反应
    """,
    "silence": "dead air, silen*, 静默, 无声, 沉默",
    "stutter": "stutter*, chopp*, breaks up, robotic, 断续, 卡顿",
    "forgets": "forget*, forgot, doesn't remember, does not remember, lost context, 忘记, 记不住",
    "slow": "slow*, laten*, delay*, lag*, late, too long, ages, wait*, 延迟, 延时, 慢, 等待, 等很久",
}
"""The most particular first; the first that fits is proposed."""


NO_CONNECTION = """
    does not connect, doesn't connect, do not connect, don't connect, not connect*, never connect*, won't connect,
    cannot connect, can't connect, can not connect, fail* to connect, unable to connect, connection timeout,
    connection times out, connection failed, connection fails, signalling timeout, signaling timeout,
    signalling times out, signaling times out, network check, network test, preflight, weak network, bad network,
    接不通, 接通不了, 无法接通, 打不通, 连不上, 无法连接, 连接失败, 连接超时, 信令超时, 网络检测, 弱网
"""
"""What says that calls do not connect, which no setting of turns is about."""


def no_connection(intake: Intake) -> tuple[str, ...]:
    """The words that say that calls do not connect; none: the form does not say so."""
    return tuple(said(NO_CONNECTION, _text(intake)))


def proposed(intake: Intake) -> tuple[Complaint, tuple[str, ...]] | None:
    """What the form complains of, and the words that say so; None: it does not say."""
    text = _text(intake)
    for complaint, words in WORDS.items():
        if found := said(words, text):
            return complaint, tuple(found)
    return None


def _text(intake: Intake) -> str:
    return " ".join(one for one in (intake.title, intake.users_report, intake.steps) if one)
