"""A viewer's id: the subject whole, or its hash."""

from datetime import UTC, datetime

import pytest

from domain.errors import InvalidFieldError
from domain.viewer_id import MAX_SUBJECT, viewer_id_of_subject
from domain.viewer_request import ViewerRequest

NOW = datetime(2026, 6, 11, tzinfo=UTC)
WHOLE = ["8c1f2a7e-9d1b-4c55-a0a3-0f3a5e1d2b4c", "auth0|5f7c8ec7", "102938475610293847561", "v" * 100]
HASHED = [
    "v" * 101,
    "a#b",
    "a b",
    "a,b",
    "cohort:Italy|25-34|IT|premium",
    "sha256-" + "0" * 64,
    "gól",
    "\ud800",
]


@pytest.mark.parametrize("subject", WHOLE)
def test_an_ordinary_subject_is_kept_whole(subject: str) -> None:
    assert viewer_id_of_subject(subject) == subject


@pytest.mark.parametrize("subject", HASHED, ids=ascii)
def test_any_other_subject_is_hashed(subject: str) -> None:
    viewer_id = viewer_id_of_subject(subject)
    assert viewer_id != subject
    assert viewer_id.startswith("sha256-")
    assert len(viewer_id) <= 100


def test_different_subjects_are_different_viewers() -> None:
    assert len({viewer_id_of_subject(subject) for subject in WHOLE + HASHED}) == len(WHOLE + HASHED)


@pytest.mark.parametrize("subject", ["", "s" * (MAX_SUBJECT + 1), None, 7])
def test_a_subject_has_1_to_255_characters(subject: object) -> None:
    with pytest.raises(InvalidFieldError, match="sub: expected"):
        viewer_id_of_subject(subject)


@pytest.mark.parametrize("subject", [*WHOLE, "v" * 101])
def test_a_request_finds_the_viewer_by_subject_and_by_id(subject: str) -> None:
    viewer_id = viewer_id_of_subject(subject)
    for given in (subject, viewer_id):
        value = {"viewerId": given, "purpose": "erase", "deleteAccount": False}
        assert ViewerRequest.from_input(value, NOW).viewer_id == viewer_id
