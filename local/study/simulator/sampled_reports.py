"""What apps report of a season when they report a sample of their impressions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from domain.component import Slot
from domain.impression_sample import ImpressionSample
from domain.interaction import Interaction, InteractionType

ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""The sample does not depend on when an impression occurred."""
Row = Mapping[str, Any]


def sampled_reports(interactions: Sequence[Row], share: float) -> list[dict[str, Any]]:
    """Return the interactions that arrive, with their weights.

    An app reports the impressions of the sample, and one outside it only with a click on the same placement,
    because a click without an impression does not count.
    """
    sample = ImpressionSample(share=share)
    clicked = {_placement(row) for row in interactions if row["type"] == InteractionType.CLICK.value}
    return list(_reported(interactions, sample, clicked))


def _reported(
    interactions: Sequence[Row], sample: ImpressionSample, clicked: set[tuple[str, ...]]
) -> Iterator[dict[str, Any]]:
    for row in interactions:
        interaction = Interaction(
            type=InteractionType(row["type"]),
            component_id=row["component_id"],
            slot=Slot(row["slot"]),
            version=row["version"],
            occurred_at=ANY_TIME,
        )
        weight = sample.weight(row["match_id"], row["viewer_id"], interaction)
        if weight or _placement(row) in clicked:
            yield {**row, "weight": weight}


def _placement(row: Row) -> tuple[str, ...]:
    return row["viewer_id"], row["match_id"], str(row["version"]), row["component_id"]
