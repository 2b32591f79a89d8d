"""Secrets in headers and addresses: signed URLs, webhooks, SIP, users and passwords, e-mail."""

# ruff: noqa: E501 a pattern is read as one line

from __future__ import annotations

from collections.abc import Iterator

from tuner.support.redaction.patterns.form import Forms, form
from tuner.support.redaction.span import Span

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}"

HEADERS = Forms(
    form(
        "token",
        "bearer basic",
        r"(?i)\b(?:bearer|basic)(?:[ \t]{1,8}+|%20|\+)(?!(?:auth|token|key|realm|usage)\b)"
        r"(?-i:(?P<secret>(?=[^\s\"',;]{0,200}[0-9A-Z_=])[A-Za-z0-9._~+/=-]{6,}+))",
    ),
    form(
        "token",
        "authorization",
        r"(?i)\bauthorization\b[\"']?[ \t]{0,8}+[:=,][ \t]{0,8}+[\"'`]?"
        r"(?:(?:token|key|apikey|api-key|agora|hmac)[ \t]{1,8}+)?+(?:token=)?+[\"']?(?P<secret>[A-Za-z0-9.~+/=_-]{12,}+)",
    ),
    form("token", "cookie", r"(?i)\b(?:set-)?cookie2?\b[\"']?[ \t]{0,8}+:[ \t]{0,8}+[\"']?(?P<secret>[^\r\n\"'<>;]{6,}+(?:;[ ]?[\w-]{1,40}=[^\r\n\"'<>;]{1,4000}+)*+)"),
    form("token", "-b", r"(?:^|\s)(?:-b|--cookie)[ =]{1,4}+[\"']?(?P<secret>[\w.-]{1,80}=[^\s\"']{6,}+)"),
    # user and password in an address, or given to a command
    form("password", "://", r"(?<=://)(?P<secret>(?!\$)[^\s/?@\"'<>]{1,500}+)@(?=[\w\[])"),
    form("password", "-u --user --proxy-user", r"(?:^|\s)(?:-u|--user|--proxy-user)[ \t=]{1,8}+[\"']?(?P<secret>[^\s\"':$]{1,200}+:(?!\$)[^\s\"']{1,500}+)"),
    form("password", "-p", r"\b(?:mysql|mysqldump|mysqladmin|sshpass)\b[^\n]{0,100}? -p(?P<secret>[^\s\"'-][^\s\"']{2,200}+)"),
    form("password", "auth=", r"\bauth=\(\s{0,4}+[\"'][^\"'\n]{1,100}[\"'],\s{0,4}+[\"'](?P<secret>[^\"'\n]{1,200}+)"),
    form("api-key", "accesstoken( twilio(", r"\b(?:AccessToken|Twilio|Client)\(\s{0,4}+[\"'](?P<secret>[^\"'\n]{6,200}+)[\"'],\s{0,4}+[\"'](?P<second>[^\"'\n]{6,200}+)"),
    # signed addresses
    form(
        "token",
        "= %3d",
        r"(?i)[?&;#](?:x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|x-goog-credential|signature"
        r"|sig|sign|se?cret|[a-z_-]{0,20}token|[a-z_-]{0,20}key|ticket|code|auth|authorization|password|pwd|pass)"
        r"=(?P<secret>(?!REDACTED)[^&\s\"'<>#`$\{]{6,}+)",
    ),
)  # fmt: skip

WEBHOOKS = Forms(
    form("token", "hooks.slack.com", r"(?<=hooks\.slack\.com/)(?P<secret>(?:services|workflows|triggers)/[\w/]{10,}+)"),
    form("token", "/api/webhooks/", r"(?<=/api/webhooks/)[\w/-]{20,}+"),  # Discord
    form("token", "/bot/v2/hook/", r"(?<=/bot/v2/hook/)[\w-]{10,}+"),  # Feishu, Lark
    form("token", "/webhookb2/", r"(?<=/webhookb2/)[\w@/-]{20,}+"),  # Teams
    form("token", "hooks/catch/", r"(?<=hooks/catch/)[\w/]{6,}+"),  # Zapier
    form("token", "hook.", r"(?i)(?<=//)hook\.[a-z0-9.]{1,30}make\.com/(?P<secret>\w{16,}+)"),
    form("token", "/with/key/", r"(?<=/with/key/)[\w-]{10,}+"),  # IFTTT
    form("token", "webhook.site/", r"(?<=webhook\.site/)[\w-]{10,}+"),
    form("token", "/integration/", r"(?<=/integration/)[0-9a-f]{16,}+"),  # PagerDuty
    form("token", "hook", r"(?i)https?://[^\s\"'<>/]{1,200}/(?:[\w.-]{1,40}/){0,4}(?:web)?hooks?(?:/[a-z-]{1,20})?/(?P<secret>(?=[\w-]{0,100}\d)[\w-]{12,}+)"),
    form("token", "hook", r"(?i)https?://[\w.-]{0,60}hooks?\.[\w.-]{1,100}/(?:[\w.-]{1,40}/){0,4}(?P<secret>(?=[\w-]{0,100}\d)[\w-]{12,}+)"),
)  # fmt: skip

SIP = Forms(
    form("person", "sip: sips:", r"(?i)\bsips?:(?P<secret>[^\s@<>\"';:,]{1,100}+)(?::(?P<second>[^\s@<>\"']{1,100}+))?@"),
    form("phone", "tel:", r"(?i)\btel:(?P<secret>\+?[0-9(][0-9().-]{4,30}+)"),
    form("person", "username", r"(?i)\busername(?:=[\"']?|[ ](?=\S{2,100}[ ](?:registered|from|logged|connected)))(?P<secret>(?!REDACTED|\$)[^\s\"',;&]{2,100}+)"),
    form("token", "nonce= response=", r"(?i)\b(?:c?nonce|response)=\"?(?P<secret>[0-9a-zA-Z+/=_-]{8,}+)\"?"),
    form("password", "ice-pwd", r"(?<=ice-pwd:)[A-Za-z0-9+/]{8,}+"),
    form("secret", "inline:", r"(?<=inline:)[A-Za-z0-9+/=]{16,}+"),
    form("password", "register", r"(?i)\bregister\s{0,4}+=>?\s{0,4}+(?P<secret>[^\s:@]{1,100}+):(?P<second>[^\s@]{1,100}+)@"),
)  # fmt: skip

EMAIL = Forms(
    form(
        "email",
        "(at) [at] _at_",
        r"(?i)(?<![\w.+-])[\w.+-]{1,64}[ ]?(?:\(at\)|\[at\]|_at_)[ ]?[\w-]{1,63}(?:[ ]?(?:\.|\(dot\)|\[dot\])[ ]?[\w-]{1,63}){1,4}",
    ),
    form(
        "email",
        "@",
        r"(?i)(?<![\w.%+-])(?:\"[^\"\n@]{1,60}\"|[^\s@<>()\[\]{},;:\"'`|\\/=?&#\x00-\x1f]{1,64})@"
        r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{1,59})(?![\w-])",
    ),
)


def addresses(line: str, low: str) -> Iterator[Span]:
    """Secrets in headers, URLs and SIP; then addresses of mail that are no user of a URL."""
    users: list[Span] = []
    for forms in (HEADERS, WEBHOOKS, SIP):
        for span in forms.spans(line, low):
            if span.kind in ("password", "person"):
                users.append(span)
            yield span
    if "@" in low or "at" in low:
        for span in EMAIL.spans(line, low):
            if not any(span.start < user.end + 1 and user.start < span.end for user in users):
                yield span
