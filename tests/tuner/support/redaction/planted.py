"""A configuration of each vendor with secrets in unusual places: text, what must go, what must stay."""

# ruff: noqa: E501 the lines are as the vendors' users have them

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

PEM = "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\\n-----END PRIVATE KEY-----\\n"


@dataclass(frozen=True)
class Planted:
    """One file of a customer."""

    name: str
    text: str
    gone: tuple[str, ...]
    stays: tuple[str, ...]
    parse: Callable[[str], Any]


def _yaml(text: str) -> Any:
    return YAML(typ="safe").load(text)


def _lines(text: str) -> Any:
    return [json.loads(line) for line in text.splitlines()]


AGORA = """{
  // old one, still valid: 006aabbccddeeff00112233445566778899IADmVsg4cyDqV7ruM1
  "name": "tutor 13912345678",
  "properties": {
    "channel": "room-13912345678-a",
    "token": "007eJxTYPhf3Hs5iO2Pk2VNVc9C3hTzWfb0aZGz9pa2XrXj0r8NCgxGFkaG",
    "agent_rtc_uid": "1001", "remote_rtc_uids": ["4155552671"],
    "llm": {
      "url": "https://bot:hunter2@llm.example.com/v1?api_key=abcdef123456&model=x",
      "api_key": "sk-proj-AbCdEf123456_7890-xyzXYZ",
      "headers": "{\\"Authorization\\": \\"Bearer inner-token-123\\", \\"x-team\\": \\"blue\\"}",
      "system_messages": [{"role": "system", "content": "You teach. If stuck, write to alice.w\\u0040corp.example.com."}],
      "params": {"model": "gpt-4o", "max_tokens": 512},
      "max_history": 32
    },
    "tts": {"vendor": "microsoft", "params": {"key": "0123456789abcdef0123456789abcdef", "region": "eastus"}},
    "asr": {"vendor": "tencent", "params": {"secret_id": "AKIDabcdefghijklmnop1234", "secretKey": "QWxhZGRpbjpvcGVu"}},
    "labels": {"sk-abcdefghijklmnopqrst": "a key as a key", "app_certificate": "fedcba9876543210fedcba9876543210"},
    "adc": {"adc_credentials_string": "{\\"private_key_id\\": \\"a1b2c3\\"}"},
    "turn_detection": {"config": {"end_of_speech": {"vad_config": {"silence_duration_ms": 640}}}},
    "parameters": {"silence_config": {"timeout_ms": 10000, "content": "Are you there?"}}
  }
}"""

SHENGWANG = """{
  "properties": {
    "channel": "课堂",
    "token": "007eJxSYDiT0fbNz3H9Zb2Xnp3m2XzWfb0aZGz9pa2XrXj0r8NCgxGFkaG",
    "备注": "联系电话：138 1234 5678，微信同号，邮箱 li.lei@example.cn，座机（0755-26001234）",
    "llm": {"url": "https://x", "api_key": "plain-words-only", "system_messages": [{"role": "system", "content": "小助手"}]},
    "tts": {"vendor": "bytedance", "params": {"token": "Abc_def-123", "app_id": "1234567890", "cluster": "volcano_tts"}},
    "turn_detection": {"silence_duration_ms": 480, "interrupt_duration_ms": 160}
  }
}"""

LIVEKIT = '''# old key: APIabc1DEF2ghi3  secret=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA
import os

from livekit.agents import AgentSession

DEEPGRAM_API_KEY = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
os.environ["OPENAI_API_KEY"] = "sk-" + "abcdefghijklmnopqrstuvwx"
os.environ.setdefault("ELEVEN_API_KEY", "eleven-secret-plain")
key = os.getenv("CARTESIA_API_KEY", "sk_car_1234567890abcdefghijkl")
settings = {"livekit": {"api_secret": ("partone-abcdef"
      "parttwo-ghijkl"), "url": "wss://x.livekit.cloud"}}


def connect(token: str = "my-literal-token-99", *, phone=13812345678, tries: int = 3):
    """Write to bob@example.org.

    password: "hunter22"
    """
    print(f"calling +8613712345678 with {token}", os.environ["X_API_KEY"])


session = AgentSession(
    turn_handling={"endpointing": {"min_delay": 0.3, "max_delay": 2.5}},
    tts=TTS(api_key='plain_looking_value', api_key_again=os.environ["X_API_KEY"]),
)
'''

LIVEKIT_NODE = """// LIVEKIT_API_SECRET: kQ3vXz81mNp0LwErTyUiOpAsDfGhJkLzXcVbNm12345
const session = new voice.AgentSession({
  apiKey: 'APIabc1DEF2ghi3', apiSecret: process.env.LIVEKIT_API_SECRET,
  headers: { authorization: `Token 0a1b2c3d4e5f60718293`, 'xi-api-key': "elevensecret99" },
  turnHandling: { endpointing: { minDelay: 300, maxDelay: 2500 } }, // ask +44 20 7946 0958
});
"""

PIPECAT = """from pipecat.services.openai.llm import OpenAILLMService

llm = OpenAILLMService(api_key="sk-ant-api03-AAAABBBBCCCCDDDD", params={"secret": 'x9$kk-2'}, model="gpt-4o")
SLACK = "https://hooks.slack.com/services/T000/B000/XXXXYYYYZZZZ"
ENCODED = "c2stYWJjZGVmZ2hpamtsbW5vcDEyMzQ="
params = VADParams(stop_secs=0.2, start_secs=0.2, confidence=0.7)
"""

XIAOZHI = """# server, contact 138-1234-5678
server:
  auth_key: abcdefgh12345678   # rotate! old: tok_ABCDEF123456
  mqtt: mqtt://device:s3cr3t@broker.local:1883
LLM:
  ChatGLMLLM:
    api_key: &glm 0123456789abcdef0123456789abcdef.AbCdEf1234567890
    model: glm-4-flash
  Other:
    api_key: *glm
TTS:
  DoubaoTTS:
    appid: "1234567890"
    access_token: 'tok with space 123'
    cert: |
      -----BEGIN PRIVATE KEY-----
      MIIEvQIBADANBgkqhkiG9w0BAQEFAASC
      -----END PRIVATE KEY-----
    secret: >-
      folded
      secret-value-1
VAD:
  SileroVAD: {threshold: 0.5, min_silence_duration_ms: 200, phone: 13812345678}
prompt: |
  You are 小智.
  Reach us: 010-82345678, mail to "x.y@z.cn"
? "sk-abcdefghijklmnop12345"
: value
close_connection_no_voice_time: 120
"""

NEUTRAL_TOML = """# token = "abc123secretvalue"
[llm]
api_key = "literal-key-value"  # ok
timeout_ms = 800
multi = \"\"\"
password=multi-line-pass
\"\"\"
[[vendors]]
name = 'x'
auth = {user="u", password='p@ss w0rd', nested.api_token = "t0ken-value"}
phones = ["+44 20 7946 0958", "13812345678"]
phone = 13812345678
date = 2026-11-22T20:56:04Z
"k sk-abcdefghijklmnop12345" = 1
"""

NEUTRAL_ENV = """OPENAI_API_KEY=sk-abcdefghijklmnop1234
export LIVEKIT_API_SECRET="with space secret" # c
PASSWORD='multi word pass'
DATABASE_URL=postgres://u:p@h/db
AGORA_APP_CERTIFICATE=0123456789abcdef0123456789abcdef
TURN_SILENCE_MS=640
REF=${OPENAI_API_KEY}
"""


def _json(name: str, text: str, gone: tuple[str, ...], stays: tuple[str, ...]) -> Planted:
    return Planted(f"{name}.json", text, gone, stays, json.loads)


FILES = (
    Planted(
        "agora.jsonc",
        AGORA,
        (
            "139123",
            "007eJ",
            "006aabb",
            "hunter2",
            "abcdef123456",
            "sk-proj",
            "inner-token",
            "corp.example",
            "0123456789abcdef",
            "AKIDabc",
            "QWxhZ",
            "sk-abc",
            "fedcba",
            "private_key_id",
        ),
        ("640", "512", "You teach", "microsoft", "1001", "4155552671", "gpt-4o", "eastus", "Are you there?", "model=x"),
        lambda text: json.loads("\n".join(line for line in text.splitlines() if "//" not in line or "http" in line)),
    ),
    _json(
        "shengwang",
        SHENGWANG,
        ("007eJ", "138 1234", "li.lei", "26001234", "plain-words-only", "Abc_def"),
        ("课堂", "小助手", "微信同号", "1234567890", "volcano_tts", "480", "160"),
    ),
    Planted(
        "livekit.py",
        LIVEKIT,
        (
            "APIabc",
            "Zm9v",
            "0a1b2c",
            "abcdefghij",
            "eleven-secret",
            "sk_car",
            "partone",
            "parttwo",
            "my-literal",
            "13812345678",
            "13712345678",
            "plain_looking",
            "bob@",
            "hunter22",
        ),
        ("min_delay", "0.3", "2.5", 'os.environ["X_API_KEY"]', "wss://x.livekit.cloud", "{token}", "tries: int = 3"),
        ast.parse,
    ),
    Planted(
        "agent.ts",
        LIVEKIT_NODE,
        ("kQ3vXz", "APIabc", "0a1b2c", "elevensecret", "7946"),
        ("process.env.LIVEKIT_API_SECRET", "minDelay: 300", "maxDelay: 2500"),
        str,
    ),
    Planted(
        "pipecat.py",
        PIPECAT,
        ("sk-ant", "x9$kk", "XXXXYYYY", "c2stYW"),
        ("gpt-4o", "stop_secs=0.2", "confidence=0.7"),
        ast.parse,
    ),
    _json(
        "openai-realtime",
        '{"type": "session.update", "client_secret": {"value": "ek_68af296e8e408191a1120ab6383263c2", "expires_at": 1763845023},'
        ' "session": {"audio": {"input": {"turn_detection": {"type": "server_vad", "silence_duration_ms": 500}}},'
        ' "tools": [{"server_url": "https://x?token=abcdef987654", "authorization": "at-99887766"}]}}',
        ("ek_68af", "abcdef987654", "at-99887766"),
        ("1763845023", "server_vad", "500"),
    ),
    _json(
        "deepgram",
        '{"type": "Settings", "agent": {"listen": {"provider": {"type": "deepgram", "eot_timeout_ms": 5000}},'
        ' "think": {"endpoint": {"url": "https://api.openai.com", "headers": {"authorization": "Bearer {{KEY}}",'
        ' "X-Old": "Bearer 0a1b2c3d4e5f6071"}}}}, "temp_key": "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"}',
        ("0a1b2c3d4e5f6071",),
        ("5000", "deepgram", "api.openai.com"),
    ),
    _json(
        "assemblyai",
        '{"url": "wss://streaming.assemblyai.com/v3/ws?sample_rate=16000&token=3f9a8b7c6d5e4f3a2b1c",'
        ' "webhook_auth_header_value": "Basic dXNlcjpwYXNzd29yZA==", "min_turn_silence": 100, "max_turn_silence": 1000}',
        ("3f9a8b7c", "dXNlcj"),
        ("sample_rate=16000", "100", "1000"),
    ),
    _json(
        "vapi",
        '{"server": {"url": "https://x", "secret": "550e8400-e29b-41d4-a716-446655440000"}, "id": '
        '"660e8400-e29b-41d4-a716-446655440000", "phoneNumber": {"number": "+14155552671", "twilioAuthToken": '
        '"0123456789abcdef0123456789abcdef"}, "forwardingPhoneNumber": "(415) 555-2672", '
        '"credentials": [{"provider": "x", "apiKey": "k"}, "naked-credential"], "startSpeakingPlan": {"waitSeconds": 0.4}}',
        ("550e8400", "4155552671", "0123456789abcdef", "555-2672", "naked-cred"),
        ("660e8400", "0.4"),
    ),
    _json(
        "retell",
        '{"api": "key_0123456789abcdef0123456789ab", "responsiveness": 0.8, "from_number": 4155552671, "agent_id": "oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD"}',
        ("key_0123", "4155552671"),
        ("0.8", "oBeDLoLO"),
    ),
    _json(
        "elevenlabs",
        '{"conversation_config": {"turn": {"turn_timeout": 7}, "agent": {"prompt": {"tools": [{"api_schema": '
        '{"request_headers": {"X-Key": "sk_0123456789abcdef0123456789abcdef0123456789abcdef"}}}], "custom_llm": '
        '{"api_key": {"secret_id": "Yz8aBcDeFgHiJkLmNoPq"}}}}}, "phone": "001-415-555-2671"}',
        ("sk_0123", "Yz8aBc", "555-2671"),
        ('"turn_timeout": 7',),
    ),
    _json(
        "ultravox",
        '{"X-API-Key": "AbCdEfGh.IjKlMnOpQrStUvWxYz012345", "joinUrl": "wss://x?jwt=eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJ",'
        ' "vadSettings": {"turnEndpointDelay": "0.384s"}}',
        ("IjKlMn", "eyJhbG"),
        ("0.384s",),
    ),
    _json(
        "volcengine",
        '{"AK": "AKLTYzVkZGQ5YjU4MTc0NGZj", "SK": "TmpZd01UWmhPVEl5TTJaaw==", "Config": {"ASRConfig": {"ProviderParams": '
        '{"AccessToken": "aBcDeF-1234", "AppId": "1234567890"}, "VADConfig": {"SilenceTime": 600}}, '
        '"LLMConfig": {"APIKey": "0f1e2d3c-aaaa-bbbb-cccc-0123456789ab"}}, "Token": "001AQZ"}',
        ("AKLTY", "TmpZd", "aBcDeF", "0f1e2d3c", "001AQZ"),
        ("600", '"1234567890"'),
    ),
    _json(
        "tencent",
        '{"AgentConfig": {"UserId": "robot_1", "UserSig": "eJwtzMEKgkAUheFXCXcF4Z2xSV2EWm1NmHkBZ2byosakgxTRu2fm8nx-jg", '
        '"TurnDetectionMode": 3}, "STTConfig": {"VadSilenceTime": 1000}, "SdkSecretKey": "5bd2850fff3ecb11d7c805251c51ee46", '
        '"LLMConfig": "{\\"LLMType\\":\\"openai\\",\\"APIKey\\":\\"hidden-in-json\\"}"}',
        ("eJwtz", "5bd2850f", "hidden-in-json"),
        ("robot_1", "1000", "openai"),
    ),
    Planted(
        "xiaozhi.yaml",
        XIAOZHI,
        (
            "138",
            "abcdefgh1234",
            "tok_",
            "s3cr3t",
            "0123456789abcdef",
            "tok with",
            "MIIE",
            "folded",
            "secret-value",
            "8234",
            "x.y@",
            "sk-abc",
        ),
        (
            "glm-4-flash",
            "threshold: 0.5",
            "200",
            "小智",
            "close_connection_no_voice_time: 120",
            "&glm",
            "*glm",
            "1234567890",
        ),
        _yaml,
    ),
    Planted(
        "agent.toml",
        NEUTRAL_TOML,
        ("abc123secret", "literal-key", "multi-line-pass", "p@ss", "t0ken", "7946", "13812345678", "sk-abc"),
        ("timeout_ms = 800", "2026-11-22T20:56:04Z"),
        tomllib.loads,
    ),
    Planted(
        ".env",
        NEUTRAL_ENV,
        ("sk-abc", "with space", "multi word", "u:p@", "0123456789"),
        ("TURN_SILENCE_MS=640", "${OPENAI_API_KEY}"),
        str,
    ),
    Planted(
        "events.jsonl",
        f'{{"config": "{PEM}", "ts": 1763845023123}}\n{{"to": "+8613812345678", "latency_ms": 15912345678}}\n',
        ("MIIE", "+8613812345678"),
        ("1763845023123", '"latency_ms": 15912345678'),
        _lines,
    ),
)
