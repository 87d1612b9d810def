"""Posts on their way to a judge: gathered into batches, and no more of them than the mood needs."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from crowd_source.ports import SentimentJudge
from domain.crowd.aggregate import INTERVAL_SECONDS, Post, PostAggregator

MOST_JUDGED_PER_INTERVAL = 25
"""Judged posts of one match in one interval of a judge that costs money: a sample bounds the bill."""


class _Waiting(NamedTuple):
    post: Post
    match_ids: frozenset[str]


class Mood:
    """Has posts judged and adds their sentiments to the counts; the unjudged are counted all the same."""

    def __init__(self, judge: SentimentJudge, aggregator: PostAggregator) -> None:
        self._judge = judge
        self._aggregator = aggregator
        self._waiting: list[_Waiting] = []
        self._interval = 0
        self._taken: Counter[str] = Counter()

    async def offer(self, post: Post, match_ids: Iterable[str]) -> None:
        """Take a post in, and have the batch judged when it is full."""
        wanted = frozenset(match_id for match_id in match_ids if self._has_room(match_id, post.at))
        if not wanted:
            return
        self._taken.update(wanted)
        self._waiting.append(_Waiting(post, wanted))
        if len(self._waiting) >= self._judge.batch_size:
            await self.judge_waiting()

    async def judge_waiting(self) -> None:
        """Have judged what waits."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        sentiments = await self._judge.judge([each.post for each in waiting])
        for each, sentiment in zip(waiting, sentiments, strict=True):
            if sentiment is not None:
                for match_id in each.match_ids:
                    self._aggregator.add_sentiment(match_id, each.post.at, sentiment)

    def _has_room(self, match_id: str, at: datetime) -> bool:
        """Judging one by one costs nothing; batches do, so of each interval a sample is judged."""
        if self._judge.batch_size == 1:
            return True
        interval = int(at.timestamp() // INTERVAL_SECONDS)
        if interval != self._interval:
            self._interval, self._taken = interval, Counter()
        return self._taken[match_id] < MOST_JUDGED_PER_INTERVAL
