"""Words that point to a kind of case, or to its urgency, in English and Chinese.

A star stands for any ending, `...` for a few words between. English words must be whole words, Chinese ones may stand
anywhere.
"""

from __future__ import annotations

import re
from functools import cache

from tuner.support.intake.intake import Impact
from tuner.support.log import Kind

KIND_WORDS: dict[Kind, str] = {
    "integration": """
        integrat*, compil*, build fail*, install*, crash*, import error, token* error, token* invalid, token* expired,
        auth*, 400, 401, 403, cannot join, can't join, cannot connect, can't connect, cannot start, can't start,
        fail* to join, fail* to connect, fail* to start, callback*, permission*, gradle, cocoapods, npm,
        集成, 接入, 编译, 安装, 崩溃, 鉴权, 无法加入, 加入失败, 连接失败, 回调, 权限
    """,
    "feature": """
        how do, how can, how to, where do we, where can we, is it possible, is there a way, does it support, supported,
        which setting, which parameter, which option, document*,
        如何, 怎么, 怎样, 是否支持, 能否, 哪个参数, 文档
    """,
    "quality": """
        slow*, laten*, delay*, lag*, late, too long, ages, wait*, second, seconds, silen*, dead air, stutter*, chopp*,
        echo*, nois*, volume, jitter*, cut off, cuts off, cut ... off, cuts ... off, robotic, distort*,
        延迟, 延时, 慢, 卡顿, 回声, 噪音, 噪声, 杂音, 断续, 无声, 音质, 等待, 等很久
    """,
    "scenario": """
        interrupt*, barge in, barge-in, talk* over, turn taking, turn-taking, multi-turn, context, forget*, remember*,
        history, backchannel*, end of turn, endpoint*, learner*, pupil*, child*, think*, paus*, persona,
        打断, 插话, 抢话, 多轮, 上下文, 忘记, 记不住, 停顿, 思考, 学生, 孩子, 儿童, 附和
    """,
}

IMPACT_WORDS: dict[Impact, str] = {
    "down": """
        service is down, service down, is completely down, is totally down, everything is down, system is down, outage,
        nothing works, nobody can, no one can, no user can,
        服务不可用, 全部不可用, 宕机, 完全不能用, 瘫痪
    """,
    "suggestion": "suggest*, would be nice, feature request, wish*, 建议, 希望能, 最好能",
    "broken": """
        doesn't work, does not work, don't work, do not work, broken, cannot, can't, fail*, crash*, never, impossible,
        不能用, 无法, 失败, 崩溃, 没反应, 没有反应
    """,
    "degraded": """
        slow*, delay*, laten*, late, too long, ages, wait*, talk* over, cut off, cuts off, cut ... off, cuts ... off,
        stutter*, echo*, annoy*, complain*, 延迟, 慢, 卡, 打断, 抢话, 回声, 投诉, 等待, 等很久
    """,
    "question": "how do, how can, how to, is it possible, question*, what does, 请问, 咨询, 如何, 怎么",
}
"""The most urgent first, but for suggestions, which name what they would improve; the first match is taken."""


def said(words: str, text: str) -> list[str]:
    """The words of a list that are in a text, as they are written there, in their order."""
    return list(dict.fromkeys(found[0].lower() for found in _pattern(words).finditer(text)))


@cache
def _pattern(words: str) -> re.Pattern[str]:
    cues = (" ".join(cue.split()) for cue in words.split(","))
    return re.compile("|".join(_one(cue) for cue in cues if cue), re.IGNORECASE)


def _one(cue: str) -> str:
    pattern = re.escape(cue).replace(r"\*", r"\w*").replace(r"\ \.\.\.\ ", r"\ (?:\w+\ ){1,3}").replace("'", "['’]")
    return rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])" if cue.isascii() else pattern
