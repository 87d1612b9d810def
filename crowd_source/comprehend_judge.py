"""Sentiment by Amazon Comprehend, with up to 25 posts of one language per call.

https://docs.aws.amazon.com/comprehend/latest/APIReference/API_BatchDetectSentiment.html: at most 25 documents
of at most 5,000 bytes each, all in one language.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from domain.crowd.aggregate import Post

LOGGER = logging.getLogger(__name__)
LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "pt", "zh"})
MAX_TEXT_BYTES = 5_000
PAUSE_SECONDS = 30.0
"""How long Comprehend is not called after an error, so that counting does not wait for its timeouts."""


class ComprehendJudge:
    """Judges batches. Posts in other languages and those of a failed call are not judged."""

    batch_size = 25

    def __init__(self, comprehend: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._comprehend = comprehend
        self._clock = clock
        self._paused_until = float("-inf")

    async def judge(self, posts: Sequence[Post]) -> Sequence[float | None]:
        """Return the positive minus the negative score of each post."""
        judged: list[float | None] = [None] * len(posts)
        by_language: defaultdict[str, list[int]] = defaultdict(list)
        for index, post in enumerate(posts):
            if post.language in LANGUAGES and post.text.strip():
                by_language[str(post.language)].append(index)
        for language, indices in by_language.items():
            texts = [_shortened(posts[index].text) for index in indices]
            for position, sentiment in (await self._detect(language, texts)).items():
                judged[indices[position]] = sentiment
        return judged

    async def _detect(self, language: str, texts: list[str]) -> Mapping[int, float]:
        if self._clock() < self._paused_until:
            return {}
        try:
            answer = await asyncio.to_thread(
                self._comprehend.batch_detect_sentiment, TextList=texts, LanguageCode=language
            )
        except (ClientError, BotoCoreError) as error:
            self._paused_until = self._clock() + PAUSE_SECONDS
            LOGGER.warning("Comprehend: %s; no sentiment for %.0f s", error, PAUSE_SECONDS)
            return {}
        return {
            result["Index"]: result["SentimentScore"]["Positive"] - result["SentimentScore"]["Negative"]
            for result in answer["ResultList"]
        }


def _shortened(text: str) -> str:
    return text.encode()[:MAX_TEXT_BYTES].decode(errors="ignore")
