"""Python calls in a mail or a ticket."""

from __future__ import annotations

import pytest

from stages.errors import Ambiguous, SettingsError
from tuner.formats.python.calls import Made
from tuner.formats.python.excerpt import PythonExcerpt, excerpt
from tuner.formats.python.text import Python

MADE = (Made("Session", ("AgentSession",), "AgentSession", variable="session"), Made("VAD", ("VAD.load",), "VAD.load"))
FORM = PythonExcerpt(Python(MADE, {"AgentSession": "livekit.agents"}))

MAIL = """hi, this (see below) is what we have:

> > session = AgentSession(
> >     vad=silero.VAD.load(min_silence_duration=0.6),
> >     min_endpointing_delay=1.5,   # was .5 (too short)
> >     hints=["a)", '''b)'''],
> > )

please help :( asap
"""


def test_a_call_in_a_quoted_mail_is_read_alone() -> None:
    tree = FORM.parse(MAIL, "mail.txt")
    assert tree["Session"]["min_endpointing_delay"] == 1.5
    assert tree["VAD"]["min_silence_duration"] == 0.6


def test_calls_keep_their_lines() -> None:
    found = excerpt(MAIL, MADE).splitlines()
    assert found[2].startswith("session = AgentSession(")
    assert "min_endpointing_delay" in found[4]


def test_calls_outside_of_one_another_are_all_read() -> None:
    text = "first `vad = silero.VAD.load(min_silence_duration=0.3)` and then `AgentSession(vad=vad)`."
    assert FORM.parse(text, "ticket.md")["VAD"]["min_silence_duration"] == 0.3


@pytest.mark.parametrize(
    "text",
    [
        "we use AgentSession( and so on, it is slow",
        "AgentSession(that is what we use) is slow",
        "MyAgentSession2(a=1)",
        "a text of no code",
        "AgentSession(" + "(" * 30_000,
    ],
)
def test_a_text_with_no_call_that_can_be_read_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"no call of AgentSession\(\.\.\.\)"):
        FORM.parse(text, "mail.txt")


def test_a_call_that_is_only_mentioned_is_none() -> None:
    text = f"{MAIL}\n> Could you send us the AgentSession(...) call? Does AgentSession(…) hold more?"
    assert FORM.parse(text, "mail.txt")["Session"]["min_endpointing_delay"] == 1.5


def test_a_call_that_a_later_mail_quotes_again_is_taken_once() -> None:
    again = "\n".join(f"> {line}" for line in MAIL.replace("# was .5 (too short)", "").splitlines())
    assert FORM.parse(f"{MAIL}\nAnn wrote:\n{again}", "mail.txt")["Session"]["min_endpointing_delay"] == 1.5


def test_two_calls_that_differ_are_asked_about() -> None:
    other = MAIL.replace("delay=1.5", "delay=0.4")
    with pytest.raises(Ambiguous, match=r"mail.txt:13: AgentSession\(...\) stands here and in line 3"):
        FORM.parse(f"{MAIL}\n{other}", "mail.txt")


def test_a_mail_is_not_edited() -> None:
    assert FORM.edited(MAIL, {}) == MAIL
    with pytest.raises(SettingsError, match=r"copy the code into a \.py file"):
        FORM.edited(MAIL, {"Session.min_endpointing_delay": 0.5})
