"""Secrets go, and nothing else does."""

from __future__ import annotations

import ast
import base64
import json
import tomllib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tuner.support.redaction import Redactor, Removed

KEY = "sk-proj-AbCdEf123456_7890-xyzXYZ"

PHONES = (
    "13812345678",
    "138-1234-5678",
    "138 1234 5678",
    "+86 138 1234 5678",
    "+8613812345678",
    "0086-13812345678",
    "１３８１２３４５６７８",
    "010-82345678",
    "0755 26001234",
    "(021) 6123 4567",
    "400-800-1234",
    "(415) 555-2671",
    "415-555-2671",
    "415.555.2671",
    "+1 (415) 555-2671",
    "1-415-555-2671",
    "+44 20 7946 0958",
    "+49-30-901820",
    "phone: 4155552671",
    "call-13812345678-01.wav",
    "sess_13812345678_3",
)
NO_PHONES = (
    "1763845023",
    "1763845023123",
    "1763845023123456789",
    "2026-11-22T20:56:04.123456+08:00",
    "2026-11-22 20:56:04",
    "20261122205604",
    "550e8400-e29b-41d4-a716-446655440000",
    "13812345-6781-4234-a567-138123456789",
    "support-call-1-0000000-01",
    "127.0.0.1:8080",
    "agent 1.2.15.3",
    "latency 1234567 ms",
    "+12345678 ms",
    "p95 2,678 ms of 5,000",
    "1.13812345678",
    "v13.812.345.678",
    "0x13812345678",
    "abc13812345678def",
    "silence_ms=640, max=3000",
    "41555526711",
    "4155552671",
    "[12, 345, 678, 9012]",
    "duration_ns: 15912345678",
    "100-200-3000",
)


@pytest.mark.parametrize("text", PHONES)
def test_telephone_numbers_go(text: str) -> None:
    redactor = Redactor()
    safe = redactor.text(text, "a.txt")
    assert [one.kind for one in redactor.removed] == ["phone"]
    assert sum(letter.isdigit() for letter in safe.replace("REDACTED-phone-1", "")) <= 2


@pytest.mark.parametrize("text", NO_PHONES)
def test_times_figures_and_ids_stay(text: str) -> None:
    redactor = Redactor()
    assert redactor.text(text, "a.txt") == text
    assert redactor.document({"at": text}, "a") == {"at": text}
    assert redactor.removed == ()


@pytest.mark.parametrize(
    "text",
    [
        "alice@example.com",
        "a.b+tag@mail.example.co.uk",
        "李雷@例子.中国",
        "mailto:bob@example.org?subject=x",
        "bob%40example.org",
        "bob&#64;example.org",
        "bob\\u0040example.org",
        base64.b64encode(b"write to bob@example.org").decode(),
        base64.b64encode(quote("bob@example.org", safe="").encode()).decode(),
        "Reply-To: <bob@example.org>",
    ],
)
def test_e_mail_addresses_go_however_they_are_written(text: str) -> None:
    redactor = Redactor()
    safe = redactor.text(text, "a.txt")
    assert [one.kind for one in redactor.removed] == ["email"]
    assert "bob" not in safe
    assert "alice" not in safe


@pytest.mark.parametrize("text", ["@app.get('/x')", "a @ b", "pkg@1.2.3", "user@host", "5 @ 3 ms", "x = a@b"])
def test_what_only_has_an_at_sign_stays(text: str) -> None:
    assert Redactor().text(text, "a.txt") == text


@pytest.mark.parametrize(
    "text",
    [
        "api_key: ${OPENAI_API_KEY}",
        "api_key = os.environ['OPENAI_API_KEY']",
        "apiKey: process.env.OPENAI_API_KEY",
        "token: null",
        "Authorization: Bearer {{token}}",
        "password: ****",
        "api_key: <your key>",
        "max_tokens: 512",
        "token_ms: 18.25",
        "ms_per_token=178.125",
        "--keep-secrets leaves them in, --api-key says which",
        "the token expired, the secret: patience",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "trace_id 4bf92f3577b34da6a3ce929d0e0e4736",
        "SpeechTimeoutUserTurnStopStrategyWithAVeryLongName",
    ],
)
def test_references_figures_and_words_stay(text: str) -> None:
    assert Redactor().text(text, "a.txt") == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"env": [{"name": "OPENAI_API_KEY", "value": "plainsecret"}]}', "a.json"),
        ('{"headers": [{"value": "plainsecret", "key": "Authorization"}]}', "a.jsonl"),
        ("env:\n  - name: DEEPGRAM_API_KEY\n    value: plainsecret\n", "a.yaml"),
        ("environment:\n  - OPENAI_API_KEY=plainsecret\n", "a.yaml"),
        ("docker run -e XI_API_KEY=plainsecret image", "a.sh"),
        ("run --api-key=plainsecret --password plainsecret", "a.txt"),
        ("ENV LIVEKIT_API_SECRET=plainsecret", "Dockerfile"),
        ("Cookie: session=abc; id=plainsecret", "a.log"),
        ("密码：plainsecret，请保密", "a.txt"),
        ("API密钥=plainsecret", "a.txt"),
        ("<config><apiKey>plainsecret</apiKey></config>", "a.xml"),
        ("secrets:\n  anything: plainsecret\n", "a.yaml"),
        ('config = json.loads(\'{"api_key": "plainsecret"}\')', "a.py"),
        ('x = f"token={y}&password=plainsecret"', "a.py"),
        ('API_KEY: Final[str] = "plainsecret"', "a.py"),
        ("api_key = 'plainsecret' if dev else os.environ['K']", "a.py"),
        ("await connect('wss://x', token='plainsecret')", "a.py"),
        ('{"a": "{\\"b\\": \\"{\\\\\\"api_key\\\\\\": \\\\\\"plainsecret\\\\\\"}\\"}"}', "a.json"),
        (base64.b64encode(b'{"api_key": "plainsecret"}').decode(), "a.txt"),
        ("%7B%22api_key%22%3A%22plainsecret%22%7D", "a.txt"),
        ("const k = { apiKey: `plainsecret` };", "a.ts"),
    ],
)
def test_a_secret_that_looks_like_a_word_goes_by_its_name(text: str, name: str) -> None:
    safe = Redactor(transcripts=True).text(text, name)
    assert "plainsecret" not in safe
    assert base64.b64encode(b"plainsecret")[:12].decode() not in safe
    assert "REDACTED" in safe


def test_one_secret_has_one_placeholder_in_all_files() -> None:
    redactor = Redactor()
    redactor.text(f'{{"api_key": "{KEY}"}}', "a.json")
    assert redactor.text(f"we use {KEY} here", "b.txt") == "we use REDACTED-api-key-1 here"
    assert redactor.name(f"{KEY}.txt") == "REDACTED-api-key-1.txt"
    assert redactor.removed == (
        Removed("a.json:1", "api-key", 1),
        Removed("b.txt:1", "api-key", 1),
        Removed("file names", "api-key", 1),
    )


def test_a_secret_that_only_its_name_tells_is_known_elsewhere() -> None:
    redactor = Redactor()
    redactor.learn("PASSWORD=Tr0ub4dor&3\n", ".env")
    assert redactor.removed == ()
    assert redactor.text("it was Tr0ub4dor&3", "a.txt") == "it was REDACTED-password-1"


def test_lines_group_what_was_taken_out_by_file() -> None:
    redactor = Redactor()
    redactor.text(f"a {KEY}\nb\nc {KEY} sk-another0123456789abcdef\n", "a.txt")
    assert redactor.lines() == ["a.txt: 3 API keys (lines 1, 3)"]


def test_documents_are_searched_by_names_shapes_and_keys() -> None:
    redactor = Redactor()
    found = redactor.document(
        {"llm": {"api_key": "plain words", "n": 640}, KEY: [1, f"see {KEY}"], "phone": 13812345678, "on": True},
        "case.toml",
    )
    assert found == {
        "llm": {"api_key": "REDACTED-api-key-1", "n": 640},
        "REDACTED-api-key-2": [1, "see REDACTED-api-key-2"],
        "phone": "REDACTED-phone-1",
        "on": True,
    }
    assert redactor.removed[0] == Removed("case.toml: llm.api_key", "api-key", 1)
    assert KEY not in str(redactor.removed)


def test_keys_that_are_one_secret_spelt_twice_stay_two_keys() -> None:
    found = Redactor().document({"13812345678": 1, "138-1234-5678": 2}, "a")
    assert found == {"REDACTED-phone-1": 1, "REDACTED-phone-1-2": 2}


@pytest.mark.parametrize("wrap", [lambda inner: {"a": inner}, lambda inner: [inner]])
def test_what_is_nested_too_deeply_to_be_searched_goes_whole(wrap: Callable[[Any], Any]) -> None:
    document: Any = "plain"
    for _ in range(5000):
        document = wrap(document)
    redactor = Redactor()
    assert "plain" not in str(redactor.document(document, "a"))
    assert [one.kind for one in redactor.removed] == ["secret"]


def test_thousands_of_sessions_named_by_a_number_stay_apart() -> None:
    lines = [json.dumps({"session": f"138{n:08}", "id": f"138{n:08}-{i}"}) for n in range(300) for i in range(2)]
    safe = [json.loads(line) for line in Redactor().text("\n".join(lines), "a.jsonl").split("\n")]
    assert len({one["session"] for one in safe}) == 300
    assert all(one["id"].startswith(one["session"]) for one in safe)


CONVERSATIONS: tuple[tuple[str, Any], ...] = (
    ("OpenAI", {"messages": [{"role": "user", "content": "SAID"}, {"role": "assistant", "content": "SAID"}]}),
    ("OpenAI parts", {"item": {"role": "user", "content": [{"type": "input_text", "text": "SAID"}]}}),
    ("OpenAI events", {"type": "conversation.item.input_audio_transcription.completed", "transcript": "SAID"}),
    ("OpenAI deltas", {"type": "response.output_audio_transcript.delta", "delta": "SAID"}),
    ("Agora", {"contents": [{"role": "user", "content": "SAID"}]}),
    ("Agora live", {"object": "user.transcription", "text": "SAID", "turn_id": 3}),
    ("Vapi", {"transcript": "SAID", "messages": [{"role": "bot", "message": "SAID"}]}),
    (
        "Retell",
        {"transcript_object": [{"role": "agent", "content": "SAID", "words": [{"word": "SAID", "start": 1.0}]}]},
    ),
    ("ElevenLabs", {"transcript": [{"role": "agent", "message": "SAID", "time_in_call_secs": 3}]}),
    ("AssemblyAI", {"type": "Turn", "transcript": "SAID", "words": [{"text": "SAID", "start": 120}]}),
    ("Deepgram", {"channel": {"alternatives": [{"transcript": "SAID", "words": [{"punctuated_word": "SAID"}]}]}}),
    ("Gemini", {"contents": [{"role": "model", "parts": [{"text": "SAID"}]}]}),
    ("xiaozhi", {"type": "stt", "text": "SAID", "session_id": "s1"}),
)


@pytest.mark.parametrize(("vendor", "document"), CONVERSATIONS, ids=[name for name, _ in CONVERSATIONS])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.yaml"])
def test_what_was_said_goes_unless_it_was_asked_for(vendor: str, document: Any, name: str) -> None:
    text = json.dumps(document)
    assert "SAID" not in Redactor().text(text, name)
    assert "SAID" not in json.dumps(Redactor().document(document, name))
    assert Redactor(transcripts=True).text(text, name) == text


def test_a_customer_s_prompts_and_greetings_go_unless_they_were_asked_for() -> None:
    text = json.dumps(
        {
            "system_messages": [{"role": "system", "content": "be short"}],
            "greeting_message": "Hello there",
            "greeting": True,
        }
    )
    safe = json.loads(Redactor().text(text, "a.json"))
    assert safe["system_messages"] == [{"role": "system", "content": "REDACTED-transcript"}]
    assert (safe["greeting_message"], safe["greeting"]) == ("REDACTED-transcript", True)
    assert Redactor(transcripts=True).text(text, "a.json") == text


def test_json_stays_json_where_backslashes_end_a_text_too_late() -> None:
    text = '{"a": {"x": "password: \\"' + "\\\\" * 40 + '", "n": {}}}'
    assert json.loads(Redactor().text(text, "a.json"))["a"]["n"] == {}


def test_lines_of_a_conversation_go_from_plain_text_alone() -> None:
    assert Redactor().text("User: hello\n12:01 Agent: hi\n", "a.txt").count("REDACTED-transcript") == 2
    assert Redactor().text("user: bob\nagent: tutor\n", "a.yaml") == "user: bob\nagent: tutor\n"


def test_a_report_s_drawings_stay_and_its_text_is_searched() -> None:
    page = (
        '<svg><path d="M415.555.2671 13812345678"/><text x="3">13812345678</text></svg>'
        f'<a href="mailto:bob@example.org" title="{KEY}">x</a>'
    )
    safe = Redactor().text(page, "report.html")
    assert 'd="M415.555.2671 13812345678"' in safe
    assert '<text x="3">REDACTED-phone-1</text>' in safe
    assert "bob@" not in safe
    assert KEY not in safe


PLAIN = st.text(st.sampled_from("abcxyz 中文.,-_/"), max_size=12)
VALUES = st.recursive(
    st.one_of(PLAIN, st.integers(-1000, 1000), st.booleans(), st.none(), st.floats(0, 10, width=16)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(PLAIN, inner, max_size=3)),
    max_leaves=8,
)
SECRETS = st.sampled_from(
    (KEY, "13812345678", "bob@example.org", "https://u:pass@h.example/", "-----BEGIN PRIVATE KEY-----\nMIIE")
)
TELLING = ("13812345678", "bob@", "sk-proj", "u:pass", "MIIE")


@given(before=VALUES, after=VALUES, around=st.tuples(PLAIN, PLAIN), secret=SECRETS, as_key=st.booleans())
def test_a_planted_secret_goes_and_every_other_value_stays(
    before: Any, after: Any, around: tuple[str, str], secret: str, as_key: bool
) -> None:
    held = f"{around[0]} {secret} {around[1]}"
    document = {"before": before, "x": {held: 1} if as_key else [held], "after": after}
    for text, name, parse in (
        (json.dumps(document, ensure_ascii=False), "a.json", json.loads),
        (json.dumps(document, indent=2), "a.yaml", lambda text: YAML(typ="safe").load(text)),
        (f"document = {document!r}\n", "a.py", lambda text: ast.literal_eval(text.partition("= ")[2])),
    ):
        redactor = Redactor(transcripts=True)
        safe = redactor.text(text, name)
        assert [one for one in TELLING if one in safe] == []
        found = parse(safe)
        assert (found["before"], found["after"]) == (before, after)
        assert redactor.removed
        assert Redactor(transcripts=True).text(safe, name) == safe


@given(st.text(), st.sampled_from(["a.json", "a.yaml", "a.toml", "a.py", ".env", "a.csv", "a.html", "a.txt", "a"]))
def test_any_text_can_be_read(text: str, name: str) -> None:
    redactor = Redactor()
    safe = redactor.text(text, name)
    assert (safe == text) == (redactor.removed == ())


@given(
    st.text(st.sampled_from("{}[]\":,'=#\\\n sk-a1@.&|>!*%<"), max_size=60),
    st.sampled_from(["a.json", "a.yaml", "a.toml", "a.py", ".env", "a.csv"]),
)
def test_a_broken_file_hides_its_secrets_all_the_same(text: str, name: str) -> None:
    safe = Redactor().text(f"{text}\n{KEY}\n{text}", name)
    assert KEY not in safe


@given(st.dictionaries(st.from_regex(r"\A[xyz_]{1,8}\Z"), st.one_of(PLAIN, st.integers(0, 99999)), max_size=5), PLAIN)
def test_toml_stays_toml(values: dict[str, Any], text: str) -> None:
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items() if key != "api_key"]
    whole = "\n".join([*lines, f"api_key = {json.dumps('k' + text + '12345', ensure_ascii=False)} # {text}", ""])
    found = tomllib.loads(Redactor(transcripts=True).text(whole, "a.toml"))
    assert found.pop("api_key") == "REDACTED-api-key-1"
    assert found == {key: value for key, value in values.items() if key != "api_key"}
