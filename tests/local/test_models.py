"""The models that packages carry answer, with no account and no network."""

import json
import urllib.request

from stages.audio_models.packages import end_of_turn_model, library, vad_model
from stages.live.local_llm import local_model, serving


def test_every_model_is_installed() -> None:
    assert vad_model().path.is_file()
    assert end_of_turn_model() is not None
    assert local_model().path.suffix == ".gguf"
    assert library("pocketsphinx").Decoder(samprate=16_000).get_fsg() is None
    assert library("espeakng_loader").get_library_path()


def test_the_language_model_streams_an_answer_to_whoever_asks_in_the_form_of_openai() -> None:
    asked = {"stream": True, "max_tokens": 12, "messages": [{"role": "user", "content": "When do you open?"}]}
    with serving() as address:
        request = urllib.request.Request(
            f"{address}/chat/completions", json.dumps(asked).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            lines = [line.decode().strip() for line in answer]
    events = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: {")]
    assert "".join(one["choices"][0]["delta"].get("content") or "" for one in events if one["choices"]).strip()
