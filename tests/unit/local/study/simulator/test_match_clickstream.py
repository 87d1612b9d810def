"""The clickstream of one match, which the demo trains on."""

import json
from datetime import UTC, datetime

from domain.interaction import InteractionType, RecordedInteraction
from domain.registry import CONTEXT_REGISTRY
from local.study.simulator.match_clickstream import context_versions, match_clickstream
from local.study.simulator.world import read_components
from tests.support.builders import a_match

MATCH = a_match()
UNTIL = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def clickstream(seed: int = 7) -> list[RecordedInteraction]:
    contexts = context_versions(MATCH, [])
    return list(
        match_clickstream(
            match=MATCH,
            contexts=contexts,
            components=read_components(),
            viewers=20,
            screens=5,
            until=UNTIL,
            seed=seed,
        )
    )


def test_a_seed_gives_the_same_clickstream_and_another_seed_another() -> None:
    assert clickstream() == clickstream()
    assert clickstream() != clickstream(seed=8)


def test_rows_are_records_of_the_interactions_stream() -> None:
    rows = clickstream()
    impressions = [row.interaction for row in rows if row.interaction.type is InteractionType.IMPRESSION]
    assert len(impressions) == 20 * 5 * 3
    assert max(impression.occurred_at for impression in impressions) <= UNTIL
    for row in rows:
        assert RecordedInteraction.from_dict(json.loads(json.dumps(row.to_dict()))) == row
        CONTEXT_REGISTRY.validate(row.columns)
    assert len({row.id for row in rows}) == len(rows)


def test_each_viewer_belongs_to_one_cohort() -> None:
    rows = clickstream()
    assert len({(row.viewer_id, row.cohort_key) for row in rows}) == 20
