"""Keys and tokens known by how they look, whatever stands before them.

Prefixes as the vendors document them; where a key has no shape of its own (bare hex, a UUID) its name tells it: see
`key_names`. Boundaries are such that a key inside an id or a file name is found, and a longer word is not cut.
"""

# ruff: noqa: E501 a pattern is read as one line

from __future__ import annotations

import re
from collections.abc import Iterator

from tuner.support.redaction.patterns.form import Forms, form
from tuner.support.redaction.span import Span

_E = r"(?<![A-Za-z0-9])"

KEYS = Forms(
    # JSON web tokens: LiveKit, MiniMax, Supabase
    form("token", "eyj", _E + r"eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+)*+"),
    # Agora and Shengwang: 006 + app id, 007 + deflated bytes; TRTC's UserSig is deflated JSON
    form("token", "006", _E + r"006(?:[0-9a-f]{32}|(?=[A-Za-z0-9+/]{0,60}[+/]))[A-Za-z0-9+/=_-]{20,}+"),
    form("token", "007", _E + r"007eJ[A-Za-z0-9+/=_-]{30,}+"),
    form("token", "ejx ejw ejy", _E + r"eJ[xwy][A-Za-z0-9+/=*_-]{60,}+"),
    # OpenAI, Anthropic, DeepSeek, DashScope, Moonshot, OpenRouter; ElevenLabs, Cartesia, Stripe; Volcengine's arks
    form("api-key", "sk- rk- pk-", _E + r"[srp]k-(?=[A-Za-z0-9_-]{16})(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{16,}+"),
    form("api-key", "sk- rk- pk-", _E + r"[srp]k-[A-Za-z0-9]{20,}+"),
    form("api-key", "sk_ rk_ pk_ whsec_", _E + r"(?:sk|rk|pk|whsec)_(?:live_|test_|car_|cw_)?+[A-Za-z0-9]{20,}+"),
    form("api-key", "key_ ek_", _E + r"(?:key|ek|ephkey)_[0-9a-f]{20,}+"),  # Retell; OpenAI for a session
    form("api-key", "aiza", _E + r"AIza[\w-]{30,}+"),  # Google
    form("token", "ya29.", _E + r"ya29\.[\w-]{20,}+"),
    form("secret", "gocspx-", _E + r"GOCSPX-[\w-]{20,}+"),
    form("api-key", "akia asia abia acca", _E + r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"),  # AWS
    form("api-key", "aklt", _E + r"AKLT[A-Za-z0-9_-]{16,}+"),  # Volcengine
    form("api-key", "akid", _E + r"AKID[A-Za-z0-9]{13,}+"),  # Tencent Cloud
    form("api-key", "ltai", _E + r"LTAI[A-Za-z0-9]{12,}+"),  # Alibaba Cloud
    form("api-key", "api", _E + r"API(?=[A-Za-z]{0,20}\d)[A-Za-z0-9]{12,20}(?![A-Za-z0-9_])"),  # LiveKit
    form(
        "api-key",
        "gsk_ xai- hf_ r8_ fw_ pplx- nvapi- csk- tgp_v1_ gsk- jina_ ctx7sk- tvly- dckr_pat_ hvs. dop_v1_ sq0",
        _E + r"(?:gsk_|xai-|hf_|r8_|fw_|pplx-|nvapi-|csk-|tgp_v1_|gsk-|jina_|ctx7sk-|tvly-|dckr_pat_|hvs\.|dop_v1_"
        r"|sq0[a-z]{3}-)[\w-]{20,}+",
    ),
    form("api-key", ".", _E + r"[0-9a-f]{32}\.[A-Za-z0-9]{16}(?![A-Za-z0-9])"),  # Zhipu
    form("api-key", "ac sk", _E + r"(?:AC|SK)[0-9a-f]{32}(?![A-Za-z0-9])"),  # Twilio
    form("api-key", "sg.", _E + r"SG\.[\w-]{16,}+\.[\w-]{16,}+"),  # SendGrid
    form(
        "token",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- npm_ pypi-",
        _E
        + r"(?:gh[pousr]_[A-Za-z0-9]{20,}+|github_pat_\w{20,}+|glpat-[\w-]{16,}+|npm_[A-Za-z0-9]{20,}+|pypi-[\w-]{20,}+)",
    ),
    form("token", "xox", _E + r"xox[abeoprs]-[A-Za-z0-9-]{10,}+"),  # Slack
    form("token", "bot :aa", r"(?<![0-9A-Za-z])(?:bot)?\d{8,10}:[\w-]{32,64}(?![\w-])"),
    form("token", "tok_ tk_ token_", _E + r"to?k(?:en)?_(?=[A-Za-z]{0,40}\d)[A-Za-z0-9]{10,200}"),
    form("private-key", "aaaa", _E + r"AAAA[BCE][0-9A-Za-z+/]{60,}+={0,2}"),  # a key of ssh
)

_LONG = re.compile(r"(?<![A-Za-z0-9+/_=.-])[A-Za-z0-9+_-]{40,200}+={0,2}(?![\w+/=-])")
_CLASSES = tuple(map(re.compile, ("[a-z]", "[A-Z]", r"\d")))

_BEGINS = "-----BEGIN "
_ENDS = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_HEAD = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")


def keys(line: str, low: str) -> Iterator[Span]:
    """Keys in a line by their looks; also a word so long and so mixed that it is nothing else (a hash is hexadecimal)."""
    yield from KEYS.spans(line, low)
    for found in _LONG.finditer(line):
        joined = found[0].count("-") + found[0].count("_")
        if joined * 10 <= len(found[0]) and all(len(kind.findall(found[0])) >= 4 for kind in _CLASSES):
            yield Span(*found.span(), "secret")


def blocks(text: str) -> Iterator[Span]:
    """Private keys in PEM, also on one line with the ends of lines written out; an open one lasts to the end."""
    at = 0
    while (at := text.find(_BEGINS, at)) >= 0:
        if _HEAD.match(text, at) is None:
            at += len(_BEGINS)
            continue
        ends = _ENDS.search(text, at)
        yield Span(at, ends.end() if ends else len(text), "private-key")
        at = ends.end() if ends else len(text)
