"""The question to the customer, drafted in English and in Chinese: what is missing, and what it is for."""

from __future__ import annotations

from collections.abc import Sequence

from tuner.case.intake import Intake, Language
from tuner.case.missing import Missing
from tuner.case.questions import RECORDING, SETTINGS

ASKED_AT_ONCE = 6
"""The most that one letter asks: of a longer list the last go unanswered. Those that help most come first."""


def question(intake: Intake, open_questions: Sequence[Missing], language: Language) -> str:
    """The letter, ready to be sent; "" where nothing is missing."""
    asked = [one.question for one in open_questions[:ASKED_AT_ONCE]]
    if not asked:
        return ""
    draft = _english if language == "en" else _chinese
    files = any(one.name in (RECORDING, SETTINGS) for one in asked)
    return draft(intake, [one.en if language == "en" else one.zh for one in asked], files)


def _english(intake: Intake, asked: list[str], files: bool) -> str:
    about = f' about "{intake.title}"' if intake.title else ""
    first = "one thing" if len(asked) == 1 else f"these {len(asked)} things, those that help most first"
    lines = [
        f"Hello{' ' + intake.customer if intake.customer else ''},",
        "",
        f"thank you for your report{about}. To find the cause we need {first}:",
        "",
        *_numbered(asked),
        "",
    ]
    if files:
        lines += ["Please leave out keys, tokens, phone numbers and what was said: none of it is needed.", ""]
    return "\n".join([*lines, "Send what you have now; we begin with it, and ask again only if we must.", ""])


def _chinese(intake: Intake, asked: list[str], files: bool) -> str:
    about = f"关于“{intake.title}”的" if intake.title else ""
    first = "以下信息" if len(asked) == 1 else f"以下 {len(asked)} 项信息（按重要程度排列）"
    lines = [
        f"{intake.customer + ' ' if intake.customer else ''}您好：",
        "",
        f"感谢您{about}反馈。为了定位原因，请您提供{first}：",
        "",
        *_numbered(asked),
        "",
    ]
    if files:
        lines += ["发送前请去掉密钥、令牌、电话号码和对话文本，我们不需要这些内容。", ""]
    return "\n".join([*lines, "可以先发送手头已有的部分，我们会立即开始排查。", ""])


def _numbered(asked: list[str]) -> list[str]:
    return [f"{place}. {text}" for place, text in enumerate(asked, start=1)]
