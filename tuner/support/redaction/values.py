"""Which values under a telling name are a secret: no reference, switch, placeholder or word of a sentence."""

# ruff: noqa: E501 a pattern is read as one line

from __future__ import annotations

import re

from tuner.support.redaction.key_names import is_weak

FEWEST = 6
"""Letters of a key or token, digits of a telephone number."""

_NO_SECRET = re.compile(
    r"(?i)(?:(?:bearer|basic|token|digest)\b[ ]?)?+(?:|null|none|nil|true|false|yes|no|on|off|undefined|auto|default|enabled?|disabled?|required|optional|changeme"
    r"|redacted-[\w-]++|x{3,}+|\*{3,}+|\.{3}|…|<[^<>]*+>|\[[A-Z]{2,8}\]|\$\{?\w++[^}]*+\}?|(?:\$\{[^}]{1,80}+\}[^\w$]?){1,20}+|\$\([^)]*+\)"
    r"|\{\{?[ \t]*+[\w.$-]*+[ \t]*+\}?\}|%\w++%|env[:(.].*"
    r"|(?:os\.environ|os\.getenv|process\.env|secrets?\.|vault:|!env|!secret|userdata\.get|getenv|settings\.|config\.|self\.).*"
    r"|/(?:run|etc|var|home|usr)/.*|your[ _-].*|my[_-](?:api[_-])?(?:key|token|secret).*)",
    re.DOTALL,
)
"""Values that are none: absent, a switch, a reference to where the secret stands, a placeholder."""

_PIN = re.compile(r"\d{4,12}")
_PATH = re.compile(r"[\w.-]*+(?:/[\w-]++)++\.[a-z]\w{1,6}")
_KEPT = re.compile(r"(?i)REDACTED-[a-z]+(?:-[a-z]+)*(?:-\d+)?")
_NUMBER = re.compile(r"[+-]?[\d.,_]++(?:[eE][+-]?\d++)?[ ]?(?:ms|s|%)?")
_WORD = re.compile(r"[A-Z]?[a-z]{1,15}[.,!?;]?")
_NAME = re.compile(r"[a-z]++(?:[_.-][a-z]++)*+|[A-Z]++(?:_[A-Z]++)*+|[a-zA-Z]++|[\w.-]*+_(?:ms|id)")
_REFERENCE = re.compile(r"[A-Za-z_$][\w$]*+(?:\.[A-Za-z_$][\w$]*+)++\W?|[\w.$]*+\(.*")
_ENV_NAME = re.compile(r"[A-Z][A-Z0-9]*+(?:_[A-Z0-9]++)++")


def is_secret(kind: str, value: str, name: str = "") -> bool:
    """Whether a value under a name of this kind is a secret."""
    value = value.strip()
    if kind == "transcript":
        return bool(value) and _KEPT.fullmatch(value) is None
    if _NO_SECRET.fullmatch(value) or _ENV_NAME.fullmatch(value):
        return False
    if kind == "phone":
        return sum(letter.isdigit() for letter in value) >= FEWEST or value.startswith("wxid")
    if kind == "email":
        return "@" in value or "%40" in value
    if kind == "person":
        return len(value) > 1 and any(map(str.isalnum, value))
    if kind == "id-number":
        return sum(letter.isdigit() for letter in value) >= (3 if name.lower().endswith(("cvv", "cvc")) else FEWEST)
    if kind == "password" and name.lower().endswith("pin"):
        return _PIN.fullmatch(value) is not None
    if kind == "password":
        return not (is_weak(name) and (_WORD.fullmatch(value) or len(value) < 4 or " " in value))
    if is_weak(name):
        return is_opaque(value, FEWEST + 2) or "://" in value
    counted = _NUMBER.fullmatch(value) is not None and not (kind == "secret" and value.isdigit())
    return len(value) >= FEWEST and not counted and not _is_sentence(value)


def _is_sentence(value: str) -> bool:
    """Whether it is plain words: a description under the name of a secret."""
    words = value.split()
    return len(words) > 4 and all(_WORD.fullmatch(word) for word in words)


def is_opaque(value: str, fewest: int) -> bool:
    """Whether a value looks made up by a machine, or like a password: no word, name, number or reference."""
    if len(value) < fewest or " " in value or _NUMBER.fullmatch(value) or _KEPT.search(value):
        return False
    if _NAME.fullmatch(value) or _PATH.fullmatch(value) or _ENV_NAME.fullmatch(value) or _NO_SECRET.fullmatch(value):
        return False
    return any(map(str.isalnum, value)) and (any(map(str.isdigit, value)) or len(set(value)) > 8)


def is_word(value: str) -> bool:
    """Whether a value with no quotes about it is a word of a sentence: `token: expired`."""
    return _WORD.fullmatch(value) is not None


def is_reference(value: str) -> bool:
    """Whether a value with no quotes about it is code that only refers to one: `config.token`, `make(x)`."""
    return _REFERENCE.fullmatch(value) is not None
