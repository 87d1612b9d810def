"""Viewers of a match, to whom each Moment sends a new version, whatever fails in the meantime."""

import asyncio
import json
from collections import Counter

from domain.cohort import Cohort, ViewerTraits
from local.play.replay.viewer_spec import ViewerSpec
from local.play.replay.viewers_process import ViewersProcess
from tests.e2e.rig import Rig
from tests.support.builders import a_match, a_moment

CONNECT_SECONDS, SHOW_SECONDS = 60, 90


class Crowd:
    """The viewers of one match; enter it to announce the match and to connect them."""

    def __init__(self, rig: Rig, match_id: str, size: int) -> None:
        self.match_id, self.size = match_id, size
        self._rig = rig
        self._moments = 0
        self._posted_once: set[int] = set()
        outputs = rig.outputs
        specs = [
            ViewerSpec(
                traits=ViewerTraits(viewer_id=f"{match_id}-{number}", cohort=Cohort(country="IT")),
                match_id=match_id,
            )
            for number in range(size)
        ]
        self._viewers = ViewersProcess(
            delivery=outputs.delivery,
            specs=specs,
            issuer=outputs.token_issuer,
            audience=outputs.token_audience,
        )

    def __enter__(self) -> "Crowd":
        asyncio.run(self._open())
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        asyncio.run(self._viewers.__aexit__(kind, *error))

    async def _open(self) -> None:
        async with self._rig.feed() as feed:
            await feed.announce(a_match(self.match_id))
        await self._viewers.__aenter__()
        await self._viewers.wait_until_connected(patience_seconds=CONNECT_SECONDS)

    def publish_moment(self) -> None:
        """Publish the Moment of the next version."""
        self._moments += 1
        message = json.dumps(a_moment(self._moments, match_id=self.match_id).to_dict())
        topic = self._rig.outputs.moments_topic_arn
        self._rig.twin.client("sns").publish(TopicArn=topic, Message=message)

    async def assert_all_show_newest(self) -> None:
        """Wait until every viewer shows the version of the last Moment."""
        shown = await self._viewers.wait_until_shown(
            self.match_id, version=self._moments, timeout_seconds=SHOW_SECONDS
        )
        assert shown == self.size

    def expect_one_post_each(self) -> None:
        """Expect that the last version is posted to each viewer once, though it may be due twice."""
        self._posted_once.add(self._moments)

    def assert_nobody_saw_a_version_twice(self) -> None:
        """Check what the viewers received, once they have left."""
        deliveries = self._viewers.log.deliveries
        shown = Counter((entry.viewer, entry.version) for entry in deliveries if entry.reception == "shown")
        assert set(shown.values()) == {1}
        received = Counter(entry.version for entry in deliveries)
        assert {version: received[version] for version in self._posted_once} == dict.fromkeys(
            self._posted_once, self.size
        )
