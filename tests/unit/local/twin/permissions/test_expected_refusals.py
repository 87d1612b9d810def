"""A refusal without a reason is found, and so is a reason without a refusal."""

from pathlib import Path
from typing import Any

import pytest

from local.twin.permissions.expected_refusals import Refusals

REASONS = """
[[refused]]
caller = "*/Reader-*/touchline"
action = "s3:ListBucket"
resource = "arn:aws:s3:::raw"
reason = "The object is new."
"""


def a_refusal(**changes: Any) -> dict[str, Any]:
    return {
        "caller": "arn:aws:sts::123456789012:assumed-role/Reader-1/touchline",
        "action": "s3:ListBucket",
        "resource": "arn:aws:s3:::raw",
        "reason": "because no identity-based policy allows the s3:ListBucket action",
        "count": 3,
        **changes,
    }


def held(tmp_path: Path, *refused: dict[str, Any], reasons: str = REASONS) -> Refusals:
    path = tmp_path / "expected_refusals.toml"
    path.write_text(reasons)
    return Refusals.of({"refused": list(refused)}, path)


def test_a_refusal_with_a_reason_is_expected(tmp_path: Path) -> None:
    found = held(tmp_path, a_refusal())
    assert (found.without_reason(), found.without_refusal()) == ([], [])


@pytest.mark.parametrize(
    "change",
    [{"caller": "events.amazonaws.com"}, {"action": "s3:GetObject"}, {"resource": "arn:aws:s3:::raw2"}],
    ids=str,
)
def test_another_refusal_is_not_expected(tmp_path: Path, change: dict[str, Any]) -> None:
    (found,) = held(tmp_path, a_refusal(), a_refusal(**change)).without_reason()
    assert next(iter(change.values())) in found
    assert "3 times" in found


def test_a_reason_needs_a_refusal_unless_it_is_so_in_some_runs_only(tmp_path: Path) -> None:
    assert held(tmp_path).without_refusal() == ["The object is new."]
    assert held(tmp_path, reasons=REASONS + "sometimes = true\n").without_refusal() == []


def test_a_file_without_reasons_expects_nothing(tmp_path: Path) -> None:
    assert len(held(tmp_path, a_refusal(), reasons="# Nothing.\n").without_reason()) == 1
