"""Labels of who speaks when, in the forms that tools write."""

import numpy as np
import pytest

from pipeline.importers.audio.labels import Label, is_labels, labels_of, masks, roles
from pipeline.importers.files import File
from stages.errors import RecordingError

FOUND = [Label(500, 1_250, "user"), Label(2_000, 4_000, "agent")]
TRACK = b"0.5\t1.25\tuser\n2.0\t4.0\tagent\n"
RTTM = b"""SPEAKER call 1 0.500 0.750 <NA> <NA> user <NA> <NA>
SPEAKER call 1 2.000 2.000 <NA> <NA> agent <NA> <NA>
"""
CSV = b"start,end,speaker\r\n2.0,4.0,agent\r\n0.5,1.25,user\r\n"


def file(content: bytes) -> File:
    return File("call.txt", content)


@pytest.mark.parametrize("content", [TRACK, RTTM, CSV, CSV.replace(b",", b";"), TRACK.replace(b".", b",")])
def test_every_form_gives_the_same_labels_in_order(content: bytes) -> None:
    assert labels_of(file(content)) == FOUND


def test_the_frequencies_of_audacity_are_skipped() -> None:
    assert labels_of(file(b"0.5\t1.25\tuser\n\\\t100.0\t200.0\n2.0\t4.0\tagent\n")) == FOUND


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"0.5\t1.25\tuser\n2.0\t1.0\tagent\n", 2),
        (b"0.5\t1.25\tuser\nx\t1.0\tagent\n", 2),
        (b"0.5\t1.25\t\n", 1),
        (b"start,end,speaker\n1,nan,user\n", 2),
        (b"SPEAKER call 1 0.5\n", 1),
        (b"no labels at all", 1),
    ],
)
def test_a_line_that_is_no_label_is_named(content: bytes, line: int) -> None:
    with pytest.raises(RecordingError) as refused:
        labels_of(file(content))
    assert refused.value.line == line


def test_an_empty_file_has_none() -> None:
    with pytest.raises(RecordingError):
        labels_of(file(b"\n"))


def test_rttm_and_label_tracks_are_known_by_their_first_line_and_tables_are_not() -> None:
    assert [is_labels(content) for content in (TRACK, RTTM, CSV, b"", b"\xff\xfe")] == [True, True, False, False, False]


def test_names_say_who_is_who() -> None:
    assert roles(FOUND, None, file(TRACK)) == {"user": FOUND[:1], "agent": FOUND[1:]}


def test_names_that_do_not_say_it_need_the_users() -> None:
    found = [Label(0, 1, "SPEAKER_00"), Label(1, 2, "SPEAKER_01")]
    with pytest.raises(RecordingError, match=r"SPEAKER_00, SPEAKER_01.*user_label=NAME"):
        roles(found, None, file(b""))
    assert roles(found, "SPEAKER_01", file(b"")) == {"user": found[1:], "agent": found[:1]}


def test_labels_of_one_side_alone_are_refused() -> None:
    with pytest.raises(RecordingError, match="has no label of the agent"):
        roles(FOUND[:1], None, file(b""))


def test_speech_may_go_a_little_beyond_a_label_but_not_into_the_others() -> None:
    found = masks({"user": [Label(200, 400, "u")], "agent": [Label(450, 800, "a")]}, 100, 10.0)
    assert (np.flatnonzero(found["user"])[[0, -1]] * 10).tolist() == [100, 440]
    assert (np.flatnonzero(found["agent"])[[0, -1]] * 10).tolist() == [400, 890]
