"""Tests of the choice of a version to go back to."""

from datetime import UTC, datetime

import pytest

from local.account.rollback.errors import RollbackError
from local.account.rollback.versions import Version, choose

VERSIONS = [
    Version(arn=f"solution/{at}", created_at=datetime(2026, 6, at, tzinfo=UTC), metric=0.1 * at)
    for at in (1, 2, 3)
]


def test_the_version_before_the_one_in_service_is_chosen() -> None:
    assert choose(VERSIONS, "solution/3", None).arn == "solution/2"
    # AND a version that was kept and never served can be skipped by name
    assert choose(VERSIONS, "solution/3", "solution/1").arn == "solution/1"


@pytest.mark.parametrize(
    ("serving", "wanted", "reason"),
    [
        (
            "solution/3",
            "solution/9",
            "expected one of the active versions solution/1, solution/2, solution/3",
        ),
        ("solution/1", None, "no active version is older"),
        ("solution/9", None, "is not active; name one with --to"),
    ],
)
def test_a_version_that_cannot_be_served_is_refused(serving: str, wanted: str | None, reason: str) -> None:
    with pytest.raises(RollbackError, match=reason):
        choose(VERSIONS, serving, wanted)


def test_a_version_is_described_with_its_metric() -> None:
    assert str(VERSIONS[0]) == "solution/1 of 2026-06-01 00:00, NDCG@10 0.1000"
