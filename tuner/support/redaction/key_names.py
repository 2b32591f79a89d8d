"""Which names stand for a secret, for personal data, or for what was said."""

from __future__ import annotations

import re
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LAST = {
    "key": "api-key",
    "keyid": "api-key",
    "subscription": "api-key",
    "apikeys": "api-key",
    "keysecret": "api-key",
    "token": "token",
    "jwt": "token",
    "pat": "token",
    "usersig": "token",
    "sessdata": "token",
    "signature": "token",
    "authorization": "token",
    "bearer": "token",
    "auth": "token",
    "cookie": "token",
    "webhook": "token",
    "webhookurl": "token",
    "secret": "secret",
    "secretid": "api-key",
    "secrets": "secret",
    "salt": "secret",
    "nonce": "secret",
    "psk": "password",
    "pass": "password",
    "pwd": "password",
    "pw": "password",
    "password": "password",
    "passwd": "password",
    "passphrase": "password",
    "passcode": "password",
    "pin": "password",
    "icepwd": "password",
    "otp": "password",
    "dsn": "password",
    "connectionstring": "password",
    "databaseurl": "password",
    "credential": "private-key",
    "credentials": "private-key",
    "credentialsjson": "private-key",
    "credentialsstring": "private-key",
    "serviceaccount": "private-key",
    "certificate": "private-key",
    "cert": "private-key",
    "privatekey": "private-key",
    "privatekeyid": "private-key",
    "keystring": "private-key",
    "ak": "api-key",
    "sk": "api-key",
    "密钥": "api-key",
    "秘钥": "api-key",
    "密码": "password",
    "口令": "password",
    "授权码": "password",
    "验证码": "password",
    "令牌": "token",
    "凭证": "private-key",
    "phone": "phone",
    "phonenumber": "phone",
    "mobile": "phone",
    "telephone": "phone",
    "tel": "phone",
    "msisdn": "phone",
    "cellphone": "phone",
    "callerid": "phone",
    "callernumber": "phone",
    "fromnumber": "phone",
    "tonumber": "phone",
    "whatsapp": "phone",
    "wechat": "phone",
    "mobilenumber": "phone",
    "contactnumber": "phone",
    "phoneno": "phone",
    "电话": "phone",
    "手机": "phone",
    "手机号": "phone",
    "电话号码": "phone",
    "联系电话": "phone",
    "微信": "phone",
    "微信号": "phone",
    "email": "email",
    "emailaddress": "email",
    "mail": "email",
    "emails": "email",
    "邮箱": "email",
    "电子邮件": "email",
    **dict.fromkeys(
        (
            f"{who}name"
            for who in ("customer", "caller", "contact", "patient", "client", "guest", "member", "holder", "person")
        ),
        "person",
    ),
    "firstname": "person",
    "lastname": "person",
    "fullname": "person",
    "surname": "person",
    "dob": "person",
    "birthday": "person",
    "dateofbirth": "person",
    "birthdate": "person",
    "streetaddress": "person",
    "homeaddress": "person",
    "postaladdress": "person",
    "姓名": "person",
    "联系人": "person",
    "地址": "person",
    "sipuser": "person",
    "defaultuser": "person",
    "fromuser": "person",
    "authuser": "person",
    "住址": "person",
    "sipusername": "person",
    "authusername": "person",
    "ssn": "id-number",
    "cvv": "id-number",
    "cvc": "id-number",
    "cardnumber": "id-number",
    "idnumber": "id-number",
    "passportnumber": "id-number",
    "iban": "id-number",
    "身份证": "id-number",
    "身份证号": "id-number",
    "身份证号码": "id-number",
    "银行卡号": "id-number",
    "护照号": "id-number",
}
"""How a name ends -> what its value is. Endings are compared with the letters of the whole name, so that a name of two
words is known joined too: `accesskey`, `SMTP_PASS`, `x-api-key`."""

SHORT = frozenset(
    (
        "pw",
        "cvv",
        "cvc",
        "ak",
        "sk",
        "pat",
        "pin",
        "otp",
        "tel",
        "cert",
        "dob",
        "ssn",
        "iban",
        "psk",
        "jwt",
        "salt",
        "auth",
        "mail",
    )
)
"""Endings that are known only as a word of their own: `pin`, not `spin`."""

TOKENS = _words(
    "per first last next eos bos pad stop eot unk mask sep cls start end special prompt output input max min "
    "num cached image audio text reasoning completion"
)
"""Words before `token` that make it a token of a language model."""

HARMLESS_KEYS = _words(
    "primary foreign sort partition public hot shortcut dtmf cache idempotency dedup row map group routing "
    "range hash any pound star enter escape arrow config setting dict json answer next prev previous natural "
    "unique translation i18n message label field column lookup join order index data metric default"
)
"""Words before `key` that make it a key of a table, of a keyboard or of a telephone."""

ENGLISH = _words(
    "monkey turkey whiskey donkey hockey jockey hotkey lowkey offkey turnkey compass bypass trespass surpass "
    "overpass underpass encompass dictation oauth"
)
"""Words that end like one."""

TRANSCRIPTS = _words(
    "transcript transcripts transcription transcriptions utterance utterances asrtext stttext usertext "
    "userinput usertranscript agenttext agenttranscript assistanttext assistanttranscript finaltranscript "
    "interimtranscript partialtranscript recognizedtext spokentext replytext caption captions subtitle "
    "subtitles transcriptobject dialogue transcribedtext heardtext saidtext punctuatedword whatwassaid "
    "textcontent asrfinal asrpartial asrresult sttresult sttfinal ttstext llmresponse 转写 对话内容 字幕"
)
"""Names of what was said."""

PROMPTS = _words(
    "prompt systemprompt instructions systeminstruction systeminstructions systemmessage systemmessages "
    "greeting greetingmessage firstmessage beginmessage initialmessage welcomemessage failuremessage "
    "silencemessage endcallmessage voicemailmessage initialgreeting basicprompt generalprompt query reply "
    "response agentresponse 提示词 开场白 欢迎语"
)
"""Names of what a customer has the agent say or do: text, where it has more than one word."""

SPOKEN = frozenset(("text", "content", "message", "delta", "words", "word", "sentence", "parts", "alternatives"))
"""Names of what was said where they stand in a conversation: beside a speaker, or below a name of TRANSCRIPTS."""

TITLES = frozenset(("name", "key", "header", "field", "variable", "env"))
VALUES = frozenset(("value", "current", "default", "data"))
"""Names of pairs that say one of the other: `name: API_KEY, value: ...`."""

HOLDERS = frozenset(("secrets", "credentials", "apikeys", "passwords"))
"""Names of groups all of whose texts are secrets."""

OPAQUE_HOLDERS = frozenset(("tokens", "keys"))
"""Names of groups whose texts are secrets where they look like one."""

NUMBERS = frozenset(("password", "phone", "id-number"))
"""Kinds of secrets that a bare number may be."""

WORDS = frozenset(("text", "word", "w", "punctuatedword"))
"""Names of one word of what was said, below `words`."""

SPEAKERS = frozenset(
    ("user", "assistant", "agent", "bot", "human", "ai", "caller", "customer", "callee", "model", "system", "developer")
)

_LETTERS = re.compile(r"[^0-9a-z\u4e00-\u9fff]")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[\u4e00-\u9fff]+")


@lru_cache(4096)
def flat(name: str) -> str:
    """A name as letters and digits alone: `X-API-Key` and `xApiKey` are the same."""
    return _LETTERS.sub("", name.lower())


@lru_cache(4096)
def kind_of(name: str) -> str | None:
    """What a value of this name is, None: no secret by its name."""
    last = name.rpartition(".")[2]
    plain = flat(last).rstrip("0123456789") or flat(last)
    words = [part.lower() for part in _PARTS.findall(last) if not part.isdigit()]
    if not words or plain in ENGLISH or words[-1] in ENGLISH or _counted(words, plain):
        return None
    return _by_ending(words, plain)


def _by_ending(words: list[str], plain: str) -> str | None:
    """The longest ending that is known tells."""
    for start in range(max(0, len(plain) - LONGEST), len(plain)):
        ending = plain[start:]
        if ending in LAST and (ending not in SHORT or words[-1] == ending or plain == ending):
            if (
                LAST[ending] == "person"
                and ending.isascii()
                and ending not in (plain, words[-1])
                and not _ends_at_word(words, ending)
            ):
                continue
            return LAST[ending]
    return None


def _ends_at_word(words: list[str], ending: str) -> bool:
    return any("".join(words[start:]) == ending for start in range(len(words)))


def _counted(words: list[str], plain: str) -> bool:
    """Whether it is a token of a language model, or a key of a table or a keyboard."""
    before = words[-2] if len(words) > 1 else ""
    if words[-1] == "token":
        return before in TOKENS
    if words[-1] == "key":
        return before in HARMLESS_KEYS
    return plain.endswith(tuple(f"{one}token" for one in ("eos", "bos", "pad", "eot", "stop", "per", "first", "next")))


LONGEST = max(map(len, LAST))

WEAK = frozenset(("key", "keys", "auth", "pin", "cookie", "webhook", "mail", "cert", "pass"))
"""Names of one word that stand for other things too: their values must look like a secret."""


@lru_cache(4096)
def is_weak(name: str) -> bool:
    """Whether a name stands for other things too, so that its value must look like a secret."""
    plain = flat(name.rpartition(".")[2])
    return plain in WEAK or plain.endswith("subscription")


@lru_cache(4096)
def is_transcript(name: str) -> bool:
    """Whether what was said stands under this name."""
    return flat(name.rpartition(".")[2]) in TRANSCRIPTS


@lru_cache(4096)
def is_prompt(name: str) -> bool:
    """Whether a customer's own text for the agent stands under this name."""
    return flat(name.rpartition(".")[2]) in PROMPTS


_QUANTITY = re.compile(
    r"(?:(?:^|_)(?:ms|us|ns|secs?|seconds|at|ts|pts|uid)|[a-z0-9](?:Ms|Us|Ns|Secs?|Seconds|At|Ts|Uid|UID)"
    r"|[bB]ytes|[sS]ize|[sS]amples|[tT]ime|[sS]tamp|[oO]ffset|[cC]ount|[sS]eq|[sS]eed|[sS]src)$"
)


@lru_cache(4096)
def counts(name: str) -> bool:
    """Whether a number of this name is a time, a size, a count or a user's number in a channel."""
    return _QUANTITY.search(name) is not None
