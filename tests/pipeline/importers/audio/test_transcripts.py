"""Words with their times, in the shapes that recognisers give."""

import json
from typing import Any

import pytest

from pipeline.importers.audio.stretches import Stretch
from pipeline.importers.audio.transcripts import Word, of_user, words_of
from pipeline.importers.files import File
from stages.errors import RecordingError

WORDS = [Word(500, 900, 1, "user"), Word(1_000, 1_400, 1, "user"), Word(3_000, 3_500, 1, "agent")]
LENGTH_MS = 5_000.0


def word(start: float, end: float, text: str, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "word": text, **more}


WHISPER = {
    "segments": [
        {
            "start": 0.5,
            "end": 1.4,
            "text": " book it",
            "speaker": "user",
            "words": [word(0.5, 0.9, " book"), word(1.0, 1.4, " it")],
        },
        {"start": 3.0, "end": 3.5, "text": " Yes.", "speaker": "agent", "words": [word(3.0, 3.5, " Yes.")]},
    ]
}
DEEPGRAM = {
    "results": {
        "channels": [
            {
                "alternatives": [
                    {
                        "transcript": "book it yes",
                        "words": [
                            word(0.5, 0.9, "book", speaker="user"),
                            word(1.0, 1.4, "it", speaker="user"),
                            word(3.0, 3.5, "yes", speaker="bot"),
                        ],
                    }
                ]
            }
        ],
        "utterances": [{"start": 0.5, "end": 1.4, "transcript": "book it", "speaker": "user"}],
    }
}
ASSEMBLY = {
    "words": [{"text": "book", "start": 500, "end": 900, "speaker": None}],
    "utterances": [
        {
            "speaker": "user",
            "start": 500,
            "end": 1400,
            "text": "book it",
            "words": [{"text": "book", "start": 500, "end": 900}, {"text": "it", "start": 1000, "end": 1400}],
        },
        {
            "speaker": "agent",
            "start": 3000,
            "end": 3500,
            "text": "yes",
            "words": [{"text": "yes", "start": 3000, "end": 3500}],
        },
    ],
}
CSV = "start;end;word;speaker\n3.0;3.5;yes;agent\n0.5;0.9;book;user\n1.0;1.4;it;user\n"


def file(content: str) -> File:
    return File("words.json", content.encode())


@pytest.mark.parametrize("content", [json.dumps(WHISPER), json.dumps(DEEPGRAM), json.dumps(ASSEMBLY), CSV])
def test_every_shape_gives_the_same_words_once(content: str) -> None:
    assert words_of(file(content), None, LENGTH_MS) == WORDS


def test_a_phrase_without_its_words_counts_as_many_as_it_has() -> None:
    held = {"segments": [{"start": 0.5, "end": 1.4, "text": "book it now"}]}
    assert words_of(file(json.dumps(held)), None, LENGTH_MS) == [Word(500, 1_400, 3, None)]


def test_words_without_a_speaker_are_the_users_where_the_user_spoke() -> None:
    found = [Word(500, 900, 1, None), Word(3_000, 3_500, 1, None), Word(3_000, 3_500, 1, "user")]
    assert of_user(found, [Stretch(400, 1_000)]) == [found[0], found[2]]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[1, 2]",
        "{",
        "start,end\n1,2\n",
        "start,end,word\n1,x,yes\n",
        "start,end,word\n2,1,yes\n",
        "[" * 5_000,
    ],
)
def test_what_has_no_words_with_times_is_refused(content: str) -> None:
    with pytest.raises(RecordingError):
        words_of(file(content), None, LENGTH_MS)
