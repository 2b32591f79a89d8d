"""What a file states is told from what is computed from it, and both from the vendor's defaults."""

import pytest

from tuner.targets import target

READ = [
    # 16 messages are 8 turns; the wait stands there as it is; the default of what the file leaves out
    (
        "agora",
        '{"properties": {"llm": {"max_history": 16}, "turn_detection": {"config": {"end_of_speech": '
        '{"mode": "vad", "vad_config": {"silence_duration_ms": 1200}}}}}}',
        {
            "llm.max_history": (8, "derived"),
            "endpointing.silence_ms": (1200, "stated"),
            "endpointing.eot_threshold": (None, "stated"),
            "barge_in.min_speech_ms": (160, "vendor default"),
        },
    ),
    # 0.7 s is longer than the VAD's 0.55; 0.3 s of voice is 316 ms in the VAD's windows of 32 ms, plus what it adds
    (
        "livekit",
        "from livekit.agents import AgentSession\n# livekit-agents==1.2.11\nsession = AgentSession(\n"
        "turn_detection='vad', vad=silero.VAD.load(),\n"
        "min_endpointing_delay=0.7, max_endpointing_delay=0.9, min_interruption_duration=0.3)\n",
        {
            "endpointing.silence_ms": (700, "stated"),
            "barge_in.min_speech_ms": (316, "derived"),
            "vad.silence_ms": (550, "vendor default"),
            "eager.on": ("off", "vendor default"),
        },
    ),
    # in a mail too, what stands in a call within the call is read
    (
        "livekit",
        'We run livekit-agents==1.2.11 with AgentSession(turn_detection="vad", min_endpointing_delay=0.2, '
        "vad=silero.VAD.load(min_silence_duration=0.8)) and it is slow.\n",
        {"vad.silence_ms": (800, "stated"), "endpointing.silence_ms": (200, "stated")},
    ),
    ("vapi", '{"stopSpeakingPlan": {"voiceSeconds": 0.25}}', {"barge_in.min_speech_ms": (250, "stated")}),
]


@pytest.mark.parametrize(("vendor", "text", "expected"), READ)
def test_a_setting_says_where_it_is_from(vendor: str, text: str, expected: dict[str, tuple[object, str]]) -> None:
    reading = target(vendor).read(text, "file.txt" if vendor == "livekit" else "file.json")
    flat = reading.settings.flat()
    assert {name: (flat[name], reading.origins[name]) for name in expected} == expected


def test_what_code_sets_under_an_older_name_is_not_the_vendors_default() -> None:
    text = """import { voice } from '@livekit/agents';
const session = new voice.AgentSession({ turnDetection: 'vad', voiceOptions: { minEndpointingDelay: WAIT_MS } });
"""
    assert target("livekit-node").read(text, "agent.ts").origins["endpointing.silence_ms"] == "code"
