"""The questions of a case, in two languages, with how much an answer helps.

How much it helps is our judgement, by kind of case, on one scale: highest is what a diagnosis needs, then what decides
the severity, then what narrows down the cause.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tuner.support.log import Kind

RECORDING, SETTINGS, CALLS = "recording", "settings", "calls"
"""What is attached, not written into the form."""


@dataclass(frozen=True)
class Question:
    """A question. `worth`: how much an answer helps, 0 to 100; `more` by kind of case, where that differs."""

    name: str
    label: str
    worth: int
    why: str
    en: str
    zh: str
    more: dict[Kind, int] = field(default_factory=dict)

    def worth_in(self, kind: Kind | None) -> int:
        """How much an answer helps in a case of this kind."""
        return self.worth if kind is None else self.more.get(kind, self.worth)


QUESTIONS: tuple[Question, ...] = (
    Question(
        "users_report",
        "what users report",
        100,
        "without the symptom there is nothing to look for",
        "What exactly do your users notice, in their own words? One or two examples help most.",
        "用户具体遇到了什么现象？请尽量引用用户原话，给一两个例子最好。",
    ),
    Question(
        RECORDING,
        "a recording of turns",
        95,
        "every figure then comes from this customer's calls, not from a profile",
        "Please send a recording of calls that show it: a few hundred turns with the timestamps of speech, transcript, "
        "LLM and TTS (no audio is needed, and no text of what was said). `turntempo schema turn` prints the form; "
        "`turntempo import --list` names the logs that can be sent as they are.",
        "请提供能复现问题的通话记录：几百轮对话，包含语音、识别、LLM、TTS 的时间戳即可"
        "（不需要音频，也不需要对话文本）。"
        "格式见 `turntempo schema turn`；可直接发送的日志格式见 `turntempo import --list`。",
        {"integration": 40, "feature": 60},
    ),
    Question(
        SETTINGS,
        "the configuration in force",
        90,
        "the recommendation is a change to it, and the figures hold for it alone",
        "Please send the agent's configuration as it runs now (the join request or the configuration file; take the "
        "keys and tokens out first).",
        "请发送智能体当前使用的配置（加入请求体或配置文件；发送前请去掉密钥和令牌）。",
        {"integration": 85},
    ),
    Question(
        "environment",
        "production or test",
        85,
        "it decides how fast we must answer",
        "Does this happen in production or in a test environment?",
        "问题出现在线上环境还是测试环境？",
    ),
    Question(
        "users_hit",
        "how many users are hit",
        80,
        "it decides how fast we must answer",
        "How many users are affected, out of how many (or what share)?",
        "受影响的用户有多少，总用户数是多少（或占比）？",
    ),
    Question(
        "impact",
        "how bad it is",
        78,
        "it decides how fast we must answer",
        "How bad is it: is the service down, is a main function broken or badly degraded, is it minor, or is it a "
        "question or a suggestion?",
        "影响程度如何：服务不可用、主要功能不可用或严重劣化、轻微问题、咨询，还是建议？",
    ),
    Question(
        "agent_stack",
        "agent stack",
        70,
        "it decides what can be set, and in which format the settings are sent",
        "Which agent platform or framework do you run, and which version (Agora Conversational AI, LiveKit, Pipecat, "
        "...)?",
        "使用的是哪个智能体平台或框架，版本是多少（声网对话式 AI、LiveKit、Pipecat 等）？",
    ),
    Question(
        "steps",
        "steps to reproduce",
        60,
        "we can then see it ourselves, and see it gone",
        "Which steps reproduce it, and how often does it happen when you follow them?",
        "请说明复现步骤，以及按步骤操作时的复现概率。",
        {"integration": 92, "feature": 75},
    ),
    Question(
        "sdk_version",
        "SDK version",
        50,
        "known faults and missing settings depend on it",
        "Which version of the SDK do you use?",
        "SDK 的版本号是多少？",
        {"integration": 88, "feature": 72},
    ),
    Question(
        "sdk",
        "SDK",
        48,
        "known faults and missing settings depend on it",
        "Which SDK do you use (platform and language)?",
        "使用的是哪个 SDK（平台与语言）？",
        {"integration": 89, "feature": 73},
    ),
    Question(
        "scenario",
        "scenario",
        55,
        "who the users are decides how long they pause and how they interrupt",
        "What is the agent for (AI tutor, companion, support call, ...), and who talks to it?",
        "智能体用于什么场景（AI 陪练、陪伴、客服电话等），使用者是什么人群？",
        {"scenario": 82},
    ),
    Question(
        "llm",
        "LLM",
        45,
        "its first token is often the largest part that no setting can shorten",
        "Which LLM do you use, from which vendor, hosted in which region?",
        "使用哪家的哪个 LLM，部署在哪个区域？",
    ),
    Question(
        "asr",
        "ASR",
        44,
        "its final transcript decides how soon a turn can end",
        "Which speech recognition do you use, and in which language?",
        "使用哪家的语音识别，识别语言是什么？",
    ),
    Question(
        "tts",
        "TTS",
        43,
        "its first audio is part of every answer",
        "Which speech synthesis do you use, and which voice?",
        "使用哪家的语音合成，哪个音色？",
    ),
    Question(
        "network",
        "network",
        42,
        "cellular, proxies and VPNs add delay that no setting takes away",
        "How are the affected users connected (Wi-Fi, cellular, through a proxy or VPN)?",
        "受影响用户的网络情况如何（Wi-Fi、蜂窝网络、代理或 VPN）？",
        {"quality": 68},
    ),
    Question(
        "region",
        "region",
        40,
        "the way to the server and back is part of every answer",
        "In which region are the users, and in which the servers?",
        "用户和服务器分别在哪个地区？",
        {"quality": 66},
    ),
    Question(
        "device",
        "device model",
        38,
        "microphones, loudspeakers and echo cancellation differ",
        "On which device models does it happen, and on which does it not?",
        "在哪些机型上出现，哪些机型上不出现？",
        {"quality": 64, "integration": 55},
    ),
    Question(
        "os",
        "operating system",
        36,
        "audio paths differ between systems and versions",
        "Which operating system and version do these devices run?",
        "这些设备的操作系统和版本是什么？",
        {"quality": 62, "integration": 54},
    ),
    Question(
        "tried",
        "what was already tried",
        35,
        "so that nobody is asked to do it again",
        "What have you already tried, and what changed?",
        "已经尝试过哪些办法，效果如何？",
    ),
    Question(
        "since",
        "since when",
        34,
        "what changed on that day is the first suspect",
        "Since when does it happen, and what was changed just before?",
        "从什么时候开始出现，之前做过哪些变更？",
    ),
    Question(
        "product",
        "product",
        30,
        "so that the next case of this product finds this one",
        "What is the product called?",
        "产品名称是什么？",
    ),
)
"""In the order of their worth for an unknown kind of case."""

CALLS_QUESTION = Question(
    CALLS,
    "a recording of calls",
    95,
    "only the log of attempts shows why calls do not connect",
    "Please send a log of some hundred calls, those that did not connect included: of each the network check's score "
    "and verdict, each attempt with its time and how it ended, and what came of the call. `turntempo schema session` "
    "prints the form.",
    "请提供几百个通话的日志，包括没有接通的：每个通话的网络检测分数与结论、每次尝试的耗时与结果，以及通话最终如何。"
    "格式见 `turntempo schema session`。",
)
"""Asked in the place of a recording of turns where calls do not connect."""

BY_NAME = {one.name: one for one in (*QUESTIONS, CALLS_QUESTION)}
