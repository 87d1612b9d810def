"""Records of what was placed, for evaluation and training."""

from datetime import datetime
from itertools import islice
from typing import Any

from domain.audience import Audience
from domain.dispatch_task import DispatchTask
from domain.validation import format_instant
from lambdas.logic.audience_placements import AudiencePlacements

MAX_CANDIDATES = 25
MAX_REFUSED = 1_000
"""The highest-ranked are kept: a record of Firehose has at most 1,000 KiB."""


def decision_record(
    task: DispatchTask, audience: Audience, placements: AudiencePlacements, viewers: int, decided_at: datetime
) -> dict[str, Any]:
    """Return one line: what an audience was shown in which context, why, and to how many viewers."""
    recommendation = placements.recommendation
    return {
        "decided_at": format_instant(decided_at),
        "match_id": task.context.match_id,
        "version": task.context.version,
        "moment_id": task.context.cause_id,
        "trace": dict(task.trace),
        "columns": task.context.columns,
        "cohort": audience.cohort.key,
        "viewer_id": audience.viewer_id,
        "viewers": viewers,
        "holdout": audience.holdout,
        "rung": recommendation.rung.value,
        "recommendation_id": recommendation.recommendation_id,
        "candidates": list(recommendation.component_ids[:MAX_CANDIDATES]),
        "placements": [
            {
                "slot": placed.component.slot.value,
                "component_id": placed.component.id,
                "rank": placed.rank,
                "propensity": placed.propensity,
                "pool": list(placed.pool),
            }
            for placed in placements.choice.placements
        ],
        "refused": dict(islice(placements.choice.refused.items(), MAX_REFUSED)),
    }
