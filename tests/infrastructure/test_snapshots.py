"""Snapshots of all templates: no template changes without review."""

from collections.abc import Callable
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.infrastructure.assembly import BROADCAST, CAMPAIGN, STACKS, Assembly

SMALL_DIFFERENCES = {
    "DataStack": {"AccessLogsPolicy"},  # S3 may write the logs of one bucket more
    "PrivacyStack": {"RequestsServeViewerRequest"},  # documents are one store more that expires by itself
}
"""What differs in a stage that broadcasts, in stacks without a snapshot of it."""
Mask = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.mark.parametrize("stack", [*STACKS, CAMPAIGN])
def test_a_template_changes_only_on_purpose(
    stack: str, development: Assembly, masked: Mask, snapshot_json: SnapshotAssertion
) -> None:
    assert masked(development.templates[stack]) == snapshot_json(name=stack)


@pytest.mark.parametrize("stack", BROADCAST)
def test_a_template_of_a_stage_that_broadcasts_changes_only_on_purpose(
    stack: str, broadcast: Assembly, masked: Mask, snapshot_json: SnapshotAssertion
) -> None:
    assert masked(broadcast.templates[stack]) == snapshot_json(name=stack)


@pytest.mark.parametrize("stack", sorted({*STACKS, CAMPAIGN} - {*BROADCAST}))
def test_other_templates_do_not_depend_on_the_delivery_mode(
    stack: str, development: Assembly, broadcast: Assembly, masked: Mask
) -> None:
    present, other = (masked(assembly.templates[stack]) for assembly in (development, broadcast))
    resources, changed = present.pop("Resources"), other.pop("Resources")
    different = {name[:-8] for name in resources.keys() | changed if resources.get(name) != changed.get(name)}
    assert different == SMALL_DIFFERENCES.get(stack, set())
    assert present == other
