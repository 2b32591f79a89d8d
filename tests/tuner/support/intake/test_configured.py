import pytest

from tuner.support.intake.configured import configured


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("stt = deepgram.STT(model='nova-3')\nllm=openai.LLM()", {"asr": "deepgram", "llm": "openai"}),
        ("DeepgramSTTService(api_key='k'), CartesiaTTSService()", {"asr": "Deepgram", "tts": "Cartesia"}),
        ('AgentSession(stt="assemblyai/universal", llm="gpt-4o")', {"asr": "assemblyai/universal", "llm": "gpt-4o"}),
        (
            '{"transcriber": {"provider": "deepgram"}, "voice": {"speed": 1}, "model": {"provider": "openai"}}',
            {"asr": "deepgram", "llm": "openai"},
        ),
        ('{"asr": {"language": "en"}, "tts": {"vendor": "elevenlabs"}}', {"tts": "elevenlabs"}),
        ("endpointing: 500", {}),
    ],
)
def test_the_stages_that_a_configuration_names_are_found(text: str, found: dict[str, str]) -> None:
    assert configured(text) == found


def test_a_long_configuration_of_one_character_is_looked_through_at_once() -> None:
    assert configured("{" * 500_000 + "model" * 20_000) == {}
