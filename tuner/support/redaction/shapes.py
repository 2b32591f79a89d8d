"""Secrets known by how they look, whatever stands before them.

Prefixes as the vendors document them; where a key has no shape of its own (bare hex, a UUID) its name tells it: see
`key_names`. Boundaries are such that a key inside an id or a file name is found, and a longer word is not cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuner.support.redaction.span import Span

_EDGE = r"(?<![A-Za-z0-9])"

SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        # whole blocks: PEM, also on one line with \n written out
        (
            "private-key",
            r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?"
            r"(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
        ),
        # JSON web tokens: LiveKit, MiniMax, Supabase
        ("token", _EDGE + r"eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*"),
        # Agora and Shengwang: 006 + app id, 007 + deflated bytes; TRTC's UserSig is deflated JSON
        ("token", _EDGE + r"006[0-9a-f]{32}[A-Za-z0-9+/=_-]{20,}"),
        ("token", _EDGE + r"007eJ[A-Za-z0-9+/=_-]{30,}"),
        ("token", _EDGE + r"eJ[xwy][A-Za-z0-9+/=*_-]{60,}"),
        # OpenAI, Anthropic, DeepSeek, DashScope, Moonshot, OpenRouter; ElevenLabs, Cartesia, Stripe; Volcengine's arks
        ("api-key", _EDGE + r"[srp]k-(?:[A-Za-z0-9]+-)*[A-Za-z0-9_-]{16,}"),
        ("api-key", _EDGE + r"(?:sk|rk|pk|whsec)_(?:live_|test_|car_|cw_)?[A-Za-z0-9]{20,}"),
        ("api-key", _EDGE + r"(?:key|ek|ephkey)_[0-9a-f]{20,}"),  # Retell; OpenAI for a session
        ("api-key", _EDGE + r"AIza[\w-]{30,}"),  # Google
        ("token", _EDGE + r"ya29\.[\w-]{20,}"),
        ("api-key", _EDGE + r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"),  # AWS
        ("api-key", _EDGE + r"AKLT[A-Za-z0-9_-]{16,}"),  # Volcengine
        ("api-key", _EDGE + r"AKID[A-Za-z0-9]{13,}"),  # Tencent Cloud
        ("api-key", _EDGE + r"LTAI[A-Za-z0-9]{12,}"),  # Alibaba Cloud
        ("api-key", _EDGE + r"API(?=[A-Za-z]{0,20}\d)[A-Za-z0-9]{12,20}(?![A-Za-z0-9_])"),  # LiveKit
        ("api-key", _EDGE + r"(?:gsk_|xai-|hf_|r8_|fw_|pplx-|nvapi-|csk-|tgp_v1_|gsk-|jina_|ctx7sk-)[\w-]{20,}"),
        ("api-key", _EDGE + r"[0-9a-f]{32}\.[A-Za-z0-9]{16}(?![A-Za-z0-9])"),  # Zhipu
        ("api-key", _EDGE + r"(?:AC|SK)[0-9a-f]{32}(?![A-Za-z0-9])"),  # Twilio
        ("api-key", _EDGE + r"SG\.[\w-]{16,}\.[\w-]{16,}"),  # SendGrid
        (
            "token",
            _EDGE + r"(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|"
            r"glpat-[\w-]{16,}|npm_[A-Za-z0-9]{20,}|pypi-[\w-]{20,})",
        ),
        ("token", _EDGE + r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),  # Slack
        ("token", r"(?<=hooks\.slack\.com/services/)[\w/]+"),
        ("token", r"(?<=/open-apis/bot/v2/hook/)[\w-]+"),  # Feishu
        ("token", r"(?<=cgi-bin/webhook/send\?key=)[\w-]+"),  # WeCom
        ("token", _EDGE + r"\d{8,10}:AA[\w-]{30,}"),  # Telegram
        ("token", _EDGE + r"to?k(?:en)?_(?=[A-Za-z_]{0,40}\d)[A-Za-z0-9_]{10,200}"),
        # nothing but a secret is so long and so mixed; a hash is hexadecimal
        (
            "secret",
            r"(?<![A-Za-z0-9+/_=.-])(?=(?:[\w+-]*?[a-z]){4})(?=(?:[\w+-]*?[A-Z]){4})(?=(?:[\w+-]*?\d){4})[A-Za-z0-9+_-]{40,200}={0,2}(?![\w+/=-])",
        ),
        # headers, also with a scheme of the vendor's own
        (
            "token",
            r"(?i)\b(?:bearer|basic)(?:\s+|%20|\+)(?!(?:auth|token|key|realm)\b)(?-i:(?P<secret>[A-Za-z0-9._~+/=-]{6,}))",
        ),
        (
            "token",
            r"(?i)\bauthorization\b[\"']?\s*[:=,]\s*[\"']?(?:token|key|apikey|api-key|agora|digest|hmac)?(?:\s+token=)?\s*[\"']?(?P<secret>[\w.~+/=-]{8,})",
        ),
        ("token", r"(?i)\b(?:set-)?cookie2?\b[\"']?\s*:\s*[\"']?(?P<secret>[^\r\n\"'<>]{6,})"),
        # user and password in an address, or given to curl
        ("password", r"(?<=://)(?P<secret>[^\s/?#@\"'<>]{1,500})@(?=[\w\[])"),
        ("password", r"(?:^|\s)(?:-u|--user|--proxy-user)[\s=]+[\"']?(?P<secret>[^\s\"':]+:[^\s\"']+)"),
        # signed addresses
        (
            "token",
            r"(?i)[?&;](?:x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|x-goog-credential|signature|sig|sign|se?cret|token|key|ticket)=(?P<secret>[^&\s\"'<>#]{6,})",
        ),
        (
            "email",
            r"(?i)(?<![\w.%+-])[^\s@<>()\[\]{},;:\"'`|\\/=?&#\x00-\x1f]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,24}|xn--[a-z0-9-]+)(?![\w-])",
        ),
    )
)
"""Kind, pattern. Where a pattern has the group `secret`, only that is taken out."""


def shaped(text: str) -> Iterator[Span]:
    """Secrets in a text by their looks."""
    users: list[Span] = []
    for kind, pattern in SHAPES:
        for found in pattern.finditer(text):
            span = Span(*found.span("secret" if "secret" in pattern.groupindex else 0), kind)
            if kind == "password":
                users.append(span)
            if kind != "email" or not any(span.start < user.end + 1 and user.start < span.end for user in users):
                yield span
