"""A file without a vendor's name is recognised by what stands in it, or refused."""

import json
from pathlib import Path

import pytest

from stages.errors import InputError, SettingsError
from tuner.targets import target
from tuner.targets.recognition import recognised

CASES = [
    ("lk4009/agent.py", "livekit"),
    ("lk5199/agent.py", "livekit"),
    ("lk6635/agent.py", "livekit"),
    ("unk/lk_1_2_7_stt_kw.py", "livekit"),
    ("unk/lk_typo.py", "livekit"),
    ("lk5199/flux.json", "deepgram-flux"),
    ("lk5199/listen_url.txt", "deepgram-flux"),
    ("ajs-voiceoptions/turnhandling_seconds.json", "livekit-node"),
    ("ajs-voiceoptions/session.json", "livekit-node"),
    ("ajs-voiceoptions/agent.ts", "livekit-node"),
    ("ajs-voiceoptions/interview.json", "livekit-node"),
    ("pc2788/bot.py", "pipecat"),
    ("pc-oldwords/bot.py", "pipecat"),
    ("pc1391/bot.py", "pipecat"),
    ("pc4098/bot.py", "pipecat"),
    ("unk/oai_typo.json", "openai-realtime"),
    ("unk/vapi_old.json", "vapi"),
    ("uv243/call_default.json", "ultravox"),
    ("uv243/call.json", "ultravox"),
    ("uv243/agent.py", "ultravox"),
    ("agora-ios/join.json", "agora"),
    ("agora-ios/old_vad.json", "agora"),
    ("agora-vad-form/join.json", "agora"),
    ("gemini1467/config.json", "gemini"),
    ("volc-k1/bot.json", "volcengine"),
    ("volc-k1/doc.json", "volcengine"),
]


@pytest.mark.parametrize(("name", "vendor"), CASES, ids=[name for name, _ in CASES])
def test_a_customers_file_is_recognised(shared: Path, name: str, vendor: str) -> None:
    found = recognised((shared / "data/cases" / name).read_text(), name)
    assert found.name == vendor, found.why


OTHERS = [
    ({"conversation_config": {"turn": {"turn_eagerness": "eager"}}}, "elevenlabs"),
    ({"STTConfig": {"VadSilenceTime": 700}}, "tencent"),
    ({"CONFIG": {"STTConfig": {"VadSilenceTime": 700}}}, "tencent"),
    ({"responsiveness": 0.8, "response_engine": {"type": "retell-llm"}}, "retell"),
    ({"stt_mode": "custom", "custom_stt_config": {"provider": "deepgram", "endpointing_ms": 900}}, "retell-stt"),
    ({"speech_model": "universal-streaming-english", "min_turn_silence": 300}, "assemblyai-universal"),
    ({"speech_model": "u3-rt-pro", "min_turn_silence": 300}, "assemblyai"),
    ({"type": "server_vad", "silence_duration_ms": 700, "threshold": 0.6}, "openai-realtime"),
    ({"endpointing": {"silence_ms": 640}, "vad": {"silence_ms": 200}}, "json"),
    ({"data": {"startSpeakingPlan": {"transcriptionEndpointingPlan": {"onPunctuationSeconds": 0.2}}}}, "vapi"),
    (
        {"type": "Settings", "agent": {"listen": {"provider": {"version": "v2", "eot_threshold": 0.7}}}},
        "deepgram-agent",
    ),
]


@pytest.mark.parametrize(("document", "vendor"), OTHERS, ids=[vendor for _, vendor in OTHERS])
def test_an_object_is_recognised_by_its_keys(document: object, vendor: str) -> None:
    assert recognised(json.dumps(document), "file.json").name == vendor


def test_it_is_said_by_what_it_is_recognised() -> None:
    found = recognised('{"vadSettings": {"turnEndpointDelay": "0.384s"}}', "call.json")
    assert found.why == "call.json: read as Ultravox (`ultravox`), by `vadSettings.turnEndpointDelay`"


@pytest.mark.parametrize("text", ['{"a": 1}', "", "hello", "import os\nprint(1)\n", "a: 1\n", "A=1\n", "[1, 2]"])
def test_a_file_that_is_nobodys_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="nothing in it is a setting of a vendor known here"):
        recognised(text, "x")


NINE = {"eot_threshold": 0.5, "model": {}, "speaker": {}, "region": "eu", "prompt": "x", "tools": [], "limits": {}}


def test_one_key_among_many_that_are_strange_is_no_evidence() -> None:
    with pytest.raises(InputError, match="nothing in it is a setting of a vendor known here"):
        recognised(json.dumps(NINE), "settings.json")


@pytest.mark.parametrize(
    "document",
    [
        {"eot_threshold": 0.7},
        {"eot_threshold": 0.7, "eot_timeout_ms": 3000},
        {"eot_threshold": 0.7, "region": "eu", "note": "x"},
        {"eot_threshold": 0.7, "encoding": "linear16", "sample_rate": 16000, "keyterm": ["a"], "tag": "b", "own": 1},
    ],
)
def test_a_small_file_and_one_with_known_keys_are_recognised_by_one_setting(document: object) -> None:
    assert recognised(json.dumps(document), "settings.json").name == "deepgram-flux"


def test_the_settings_of_a_recorded_run_are_livekits(shared: Path) -> None:
    text = (shared / "data/framework-runs/livekit-default/settings.json").read_text()
    assert recognised(text, "settings.json").name == "livekit"


def test_a_recognisers_model_in_another_vendors_file_is_no_sign_of_it() -> None:
    plan = {"transcriber": {"provider": "deepgram", "model": "nova-2"}, "startSpeakingPlan": {"waitSeconds": 0.4}}
    assert recognised(json.dumps(plan), "assistant.json").name == "vapi"
    with pytest.raises(InputError, match="nothing in it is a setting"):
        recognised(json.dumps({"hearing": {"model": "nova-2"}, "voice": "x"}), "own.json")


def test_an_older_name_alone_is_enough() -> None:
    assert recognised('{"voiceOptions": {"minEndpointingDelay": 500}}', "session.json").name == "livekit-node"


MAIL = """On Tuesday Bob wrote:
> our agent (livekit-agents 1.2.7) is slow:
> session = AgentSession(
>     stt=deepgram.STT(),
>     min_endpointing_delay=1.5,
>     allow_interruptions=False,
> )
2025-09-02 10:11:12 - livekit.agents - EOU metrics {"end_of_utterance_delay": 1.61}
"""


def test_a_mail_with_code_in_it_is_read_as_the_version_that_it_names() -> None:
    assert recognised(MAIL, "mail.txt").name == "livekit"
    reading = target("livekit").read(MAIL, "mail.txt")
    assert reading.settings.endpointing.silence_ms == 1500
    assert reading.settings.barge_in.mode == "ignore"
    assert reading.version == "livekit-agents 1.2.7"


MENTIONS = {
    "mail.txt": "we run livekit.agents with an AgentSession and it is slow",
    "bot.log": "2025-06-11 09:01:02.100 | DEBUG | pipecat.transports.base_input:_handle:259 - User started speaking\n",
    "main.py": "from livekit.agents import AgentSession\n\nprint('the session is made elsewhere')\n",
}


@pytest.mark.parametrize("name", ["mail.txt", "bot.log"])
def test_a_text_that_only_mentions_a_vendor_is_not_turned_into_its_defaults(name: str) -> None:
    with pytest.raises(InputError, match="nothing in it is a setting of a vendor"):
        recognised(MENTIONS[name], name)


@pytest.mark.parametrize("name", MENTIONS)
def test_nor_where_the_vendor_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=r"nothing of LiveKit Agents is in it|no object|is not Python"):
        target("livekit").read(MENTIONS[name], name)


def test_a_mail_with_two_sessions_that_differ_asks_which_is_meant() -> None:
    code = "AgentSession(min_endpointing_delay={}, max_endpointing_delay=3.0)"
    text = f"livekit-agents==1.2.11, before:\n{code.format(0.4)}\nand now:\n{code.format(0.9)}\n"
    with pytest.raises(SettingsError, match="object of line 2 and object of line 4 both hold settings"):
        recognised(text, "mail.txt")
