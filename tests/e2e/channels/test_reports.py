"""What viewers report over HTTPS arrives once, with its weight, and makes them known by name."""

import io
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest

from domain.channel import is_sampled, viewer_address
from domain.metrics import Metric
from local.play.replay.interactions import interactions_with
from tests.e2e.channels.followed_match import followed, until_answered, until_total, until_version
from tests.e2e.rig import Rig, eventually

pytestmark = pytest.mark.twin
SHARE = 0.5
NAMES = ("ada", "ben", "cid", "dan")


async def test_sampled_reports_arrive_once_with_their_weights(stage: Rig) -> None:
    expected: dict[tuple[str, str, str], float] = {}
    placed: dict[tuple[str, str], dict[str, Any]] = {}
    # GIVEN a stage that asks for half of the impressions
    share = {"IMPRESSION_SHARE": str(SHARE)}
    with stage.environment("issue_pass", **share), stage.environment("accept_interactions", **share):
        async with followed(stage, "sampled") as match:
            # WHEN viewers see what is placed, and each taps one component
            for name in NAMES:
                app = match.app(name)
                await app.connect()
                message = (await until_version(app, 0))[-1].message
                tapped = message["placements"][0]["componentId"]
                await app.report(interactions_with(message, [tapped], datetime.now(tz=UTC)))
                await until_answered(app)
                await app.close()
                expected |= expected_weights(f"sampled-{name}", message["placements"], tapped)
                placed |= {(f"sampled-{name}", each["componentId"]): each for each in message["placements"]}
            assert match.errors == []
    # THEN the clickstream has the sample with twice its weight, clicks as themselves, and what proves them
    assert set(expected.values()) == {0.0, 1.0, 1 / SHARE}
    rows: list[dict[str, Any]] = await eventually(
        lambda: found if len(found := clickstream(stage, "sampled")) >= len(expected) else [], "the rows"
    )
    weights = [((row["viewer_id"], row["type"], row["component_id"]), row["weight"]) for row in rows]
    assert sorted(weights) == sorted(expected.items())
    for row in rows:
        # AND each names the recommendation of its placement, and as on screen what else was reported
        assert row["recommendation_id"] == placed[row["viewer_id"], row["component_id"]]["recommendationId"]
        seen = {component_id for viewer_id, _, component_id in expected if viewer_id == row["viewer_id"]}
        assert set(row["impression"]) == seen


def expected_weights(
    viewer_id: str, placements: list[dict[str, Any]], tapped: str
) -> dict[tuple[str, str, str], float]:
    """Return the weights of what is reported of version 0; the impression of a click is its proof."""
    address = viewer_address("sampled", viewer_id)
    sampled = [
        each["componentId"]
        for each in placements
        if is_sampled(SHARE, address, 0, each["slot"], each["componentId"])
    ]
    return {
        (viewer_id, "impression", tapped): 0.0,
        **{(viewer_id, "impression", component_id): 1 / SHARE for component_id in sampled},
        (viewer_id, "click", tapped): 1.0,
    }


async def test_a_viewer_who_chooses_is_asked_for_by_name(stage: Rig) -> None:
    async with followed(stage, "by-name") as match:
        app, other = match.app("ada"), match.app("ben")
        for each in (app, other):
            await each.connect()
        message = (await until_version(app, 0))[-1].message
        # WHEN a viewer taps a component
        clicks = stage.twin.metric_total(Metric.INTERACTIONS_CLICK)
        tapped = message["placements"][0]["componentId"]
        await app.report(interactions_with(message, [tapped], datetime.now(tz=UTC)))
        await until_total(stage, Metric.INTERACTIONS_CLICK, clicks + 1)
        match.publish_goal(1)
        # THEN the next version comes on the viewer's own channel too
        found = await until_version(app, 1)
        while not found[-1].is_own:
            found += await until_version(app, 1)
        own = found[-1].message
        assert (own["version"], own["rung"]) == (1, "viewer")
        # AND is another than the group's, which nobody else's own replaces
        shared = (await until_version(other, 1))[-1]
        assert (shared.is_own, shared.message["rung"]) == (False, "cohort")
        assert ids(own) != ids(shared.message)
        # AND the app that comes back finds the own one in the own document
        given = await match.request_pass("ada")
        await match.wait_for_document(given.documents[1], 1)
        await app.close()
        again = match.app("ada")
        again.may_be_named = app.may_be_named
        await again.connect()
        assert (await until_version(again, 1))[-1].is_own
        for each in (again, other):
            await each.close()
        assert match.errors == []


def ids(message: dict[str, Any]) -> list[str]:
    return [each["componentId"] for each in message["placements"]]


def clickstream(stage: Rig, match_id: str) -> list[dict[str, Any]]:
    """Return the rows of a match in the bucket of the raw clickstream."""
    stage.twin.flush_firehose()
    s3, bucket = stage.twin.client("s3"), stage.twin.output("RawBucketName")
    prefix = f"interactions/date={datetime.now(tz=UTC):%Y-%m-%d}/match_id={match_id}/"
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return [
        row
        for each in listed
        for row in pq.read_table(
            io.BytesIO(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read())
        ).to_pylist()
    ]
