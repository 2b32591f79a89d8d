"""Which names stand for a secret, and which of their values are one."""

from __future__ import annotations

import re
from functools import lru_cache

WHOLE = {
    "ak": "api-key",
    "sk": "api-key",
    "apikey": "api-key",
    "xapikey": "api-key",
    "xiapikey": "api-key",
    "appkey": "api-key",
    "accesskey": "api-key",
    "accesskeyid": "api-key",
    "secretid": "api-key",
    "secretkey": "api-key",
    "auth": "token",
    "authorization": "token",
    "cookie": "token",
    "setcookie": "token",
    "usersig": "token",
    "sessdata": "token",
    "jwt": "token",
    "bearer": "token",
    "dsn": "password",
    "pass": "password",
    "pwd": "password",
    "adccredentialsstring": "private-key",
}
"""Names as they are, letters and digits alone."""

ENDINGS = (
    (
        "api-key",
        (
            "apikey",
            "accesskey",
            "accesskeyid",
            "secretkey",
            "subscriptionkey",
            "authkey",
            "appkey",
            "customerkey",
            "signingkey",
            "encryptionkey",
            "accountkey",
            "licensekey",
            "sdkkey",
            "serverkey",
            "clientkey",
            "servicekey",
            "masterkey",
            "sharedkey",
            "apptoken",
            "keyid",
            "apikeys",
            "keysecret",
            "密钥",
            "秘钥",
        ),
    ),
    (
        "private-key",
        (
            "privatekey",
            "privatekeyid",
            "certificate",
            "credentials",
            "credential",
            "credentialsjson",
            "serviceaccount",
            "appcert",
            "keystring",
        ),
    ),
    (
        "password",
        (
            "password",
            "passwd",
            "passphrase",
            "passcode",
            "userpass",
            "dbpass",
            "connectionstring",
            "databaseurl",
            "密码",
            "口令",
        ),
    ),
    ("secret", ("secret", "secrets", "salt", "nonce")),
    ("token", ("token", "usersig", "signature", "authorization", "cookie", "jwt", "webhookurl", "令牌")),
    (
        "phone",
        (
            "phone",
            "phonenumber",
            "mobile",
            "telephone",
            "tel",
            "msisdn",
            "cellphone",
            "callerid",
            "callernumber",
            "fromnumber",
            "tonumber",
            "whatsapp",
            "wechat",
            "mobilenumber",
            "contactnumber",
            "phoneno",
            "电话",
            "手机",
            "手机号",
            "电话号码",
            "联系电话",
            "微信",
        ),
    ),
    ("email", ("email", "emailaddress", "mail", "emails", "邮箱", "电子邮件")),
)
"""How the others end. Longest first within a name is not needed: the first kind that fits is taken."""

COUNTED = ("pertoken", "firsttoken", "lasttoken", "nexttoken", "eostoken", "bostoken", "padtoken", "stoptoken")
"""What a language model's words are called."""

TRANSCRIPTS = frozenset(
    (
        "transcript",
        "transcripts",
        "transcription",
        "transcriptions",
        "utterance",
        "utterances",
        "asrtext",
        "stttext",
        "usertext",
        "userinput",
        "usertranscript",
        "agenttext",
        "agenttranscript",
        "assistanttext",
        "assistanttranscript",
        "finaltranscript",
        "interimtranscript",
        "partialtranscript",
        "recognizedtext",
        "spokentext",
        "replytext",
        "caption",
        "captions",
        "subtitle",
        "subtitles",
        "transcriptobject",
        "dialogue",
        "transcribedtext",
        "heardtext",
        "saidtext",
        "punctuatedword",
        "whatwassaid",
        "转写",
        "对话内容",
        "字幕",
    )
)
"""Names of what was said."""

SPOKEN = frozenset(("text", "content", "message", "delta", "words", "word", "sentence", "parts", "alternatives"))
"""Names of what was said where they stand in a conversation: beside a speaker, or below a name of TRANSCRIPTS."""

TITLES = frozenset(("name", "key", "header", "field", "variable", "env"))
VALUES = frozenset(("value", "current", "default", "data"))
"""Names of pairs that say one of the other: `name: API_KEY, value: ...`."""

HOLDERS = frozenset(("secrets", "credentials", "apikeys", "passwords", "tokens", "keys"))
"""Names of groups all of whose texts are secrets."""

NUMBERS = frozenset(("password", "phone"))
"""Kinds of secrets that a bare number may be."""

WORDS = frozenset(("text", "word", "w", "punctuatedword"))
"""Names of one word of what was said, below `words`."""

SPEAKERS = frozenset(("user", "assistant", "agent", "bot", "human", "ai", "caller", "customer", "callee", "model"))

_NO_SECRET = re.compile(
    r"(?i)\s*(?:|null|none|nil|true|false|yes|no|on|off|undefined|auto|default|enabled?|disabled?|required|optional"
    r"|redacted-[\w-]+|x{3,}|\*{3,}|\.{3}|…|<[^<>]*>|\$\{?\w+[^}]*\}?|\$\([^)]*\)|\{\{?\s*[\w.$-]*\s*\}?\}|%\w+%|env[:(.].*"
    r"|(?:os\.environ|os\.getenv|process\.env|secrets?\.|vault:|!env|!secret|userdata\.get|getenv|settings\.|config\.|self\.).*"
    r"|your[ _-].*|my[_-](?:api[_-])?(?:key|token|secret).*)\s*"
)
"""Values that are none: absent, a switch, a reference to where the secret stands, a placeholder."""

_LETTERS = re.compile(r"[^0-9a-z\u4e00-\u9fff]")


@lru_cache(4096)
def flat(name: str) -> str:
    """A name as letters and digits alone: `X-API-Key` and `xApiKey` are the same."""
    return _LETTERS.sub("", name.lower())


@lru_cache(4096)
def kind_of(name: str) -> str | None:
    """What a value of this name is, None: no secret by its name."""
    plain = flat(name.rpartition(".")[2])
    if plain in WHOLE:
        return WHOLE[plain]
    bare = plain.rstrip("0123456789")
    if bare.endswith(COUNTED):
        return None
    return next((kind for kind, endings in ENDINGS if bare.endswith(endings)), None)


@lru_cache(4096)
def is_transcript(name: str) -> bool:
    """Whether what was said stands under this name."""
    return flat(name) in TRANSCRIPTS


def is_secret(kind: str, value: str) -> bool:
    """Whether a value under a name of this kind is a secret: no reference, switch or placeholder, and long enough."""
    value = value.strip()
    if _NO_SECRET.fullmatch(value):
        return False
    if kind == "phone":
        return sum(letter.isdigit() for letter in value) >= FEWEST
    if kind == "email":
        return "@" in value or "%40" in value
    if kind in ("token", "secret"):
        return len(value) >= FEWEST and _NUMBER.fullmatch(value) is None
    return kind in ("password", "transcript") or len(value) >= FEWEST


FEWEST = 6
"""Letters of a key or token, digits of a telephone number."""

_NUMBER = re.compile(r"[+-]?[\d.,_]+(?:[eE][+-]?\d+)?\s*(?:ms|s|%)?")
_WORD = re.compile(r"[A-Z]?[a-z]{1,15}[.,!?]?")
_REFERENCE = re.compile(r"[A-Za-z_$]+(?:\.[A-Za-z_$]+)+\W?|[\w.$]*\(.*")


def is_word(value: str) -> bool:
    """Whether a value with no quotes about it is a word of a sentence: `token: expired`."""
    return _WORD.fullmatch(value) is not None


def is_reference(value: str) -> bool:
    """Whether a value with no quotes about it is code that only refers to one: `config.token`, `make(x)`."""
    return _REFERENCE.fullmatch(value) is not None


_QUANTITY = re.compile(
    r"(?:(?:^|_)(?:ms|us|ns|secs?|seconds|at|ts|pts|uid)|[a-z0-9](?:Ms|Us|Ns|Secs?|Seconds|At|Ts|Uid|UID)"
    r"|[bB]ytes|[sS]ize|[sS]amples|[tT]ime|[sS]tamp|[oO]ffset|[cC]ount|[sS]eq)$"
)


@lru_cache(4096)
def counts(name: str) -> bool:
    """Whether a number of this name is a time, a size, a count or a user's number in a channel."""
    return _QUANTITY.search(name) is not None
