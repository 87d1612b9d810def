"""Collect posts into batches for a sentiment judge, and limit how many are judged."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from crowd_source.ports import SentimentJudge
from domain.crowd.aggregate import INTERVAL_SECONDS, Post, PostAggregator

MAX_JUDGED_PER_INTERVAL = 25
"""How many posts of a match a judge that bills per post judges in one interval."""


class _PendingPost(NamedTuple):
    post: Post
    match_ids: frozenset[str]


class SentimentSampler:
    """Has posts judged and adds their sentiment to the counts, in which every post is already included."""

    def __init__(self, judge: SentimentJudge, aggregator: PostAggregator) -> None:
        self._judge = judge
        self._aggregator = aggregator
        self._pending: list[_PendingPost] = []
        self._interval = 0
        self._sampled: Counter[str] = Counter()

    async def add_post(self, post: Post, match_ids: Iterable[str]) -> None:
        """Add a post, and judge the batch if it is full."""
        sampled = frozenset(match_id for match_id in match_ids if self._has_room(match_id, post.at))
        if not sampled:
            return
        self._sampled.update(sampled)
        self._pending.append(_PendingPost(post, sampled))
        if len(self._pending) >= self._judge.batch_size:
            await self.judge_pending()

    async def judge_pending(self) -> None:
        """Judge the posts that have been added since the last batch."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        sentiments = await self._judge.judge([each.post for each in pending])
        for each, sentiment in zip(pending, sentiments, strict=True):
            if sentiment is not None:
                for match_id in each.match_ids:
                    self._aggregator.add_sentiment(match_id, each.post.at, sentiment)

    def _has_room(self, match_id: str, at: datetime) -> bool:
        """Return True if another post of the match may be judged in its interval.

        A judge without batches costs nothing, and judges every post.
        """
        if self._judge.batch_size == 1:
            return True
        interval = int(at.timestamp() // INTERVAL_SECONDS)
        if interval != self._interval:
            self._interval, self._sampled = interval, Counter()
        return self._sampled[match_id] < MAX_JUDGED_PER_INTERVAL
