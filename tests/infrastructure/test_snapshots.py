"""Snapshots of all templates: no template changes without review."""

from collections.abc import Callable
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.infrastructure.assembly import CAMPAIGN, STACKS, Assembly


@pytest.mark.parametrize("stack", [*STACKS, CAMPAIGN])
def test_a_template_changes_only_on_purpose(
    stack: str,
    development: Assembly,
    masked: Callable[[dict[str, Any]], dict[str, Any]],
    snapshot_json: SnapshotAssertion,
) -> None:
    assert masked(development.templates[stack]) == snapshot_json(name=stack)
