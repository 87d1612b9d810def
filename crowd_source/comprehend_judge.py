"""Sentiment by Amazon Comprehend, 25 posts of one language in a call.

https://docs.aws.amazon.com/comprehend/latest/APIReference/API_BatchDetectSentiment.html: at most 25 documents
of at most 5,000 bytes; a call has one language.
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
LONGEST_TEXT_BYTES = 5_000
SILENT_SECONDS = 30.0
"""How long nothing is asked after a refusal: the counting must not wait for a service that is down."""


class ComprehendJudge:
    """Judges batches; posts in other languages, and those of a call that failed, stay unjudged."""

    batch_size = 25

    def __init__(self, comprehend: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._comprehend = comprehend
        self._clock = clock
        self._silent_until = float("-inf")

    async def judge(self, posts: Sequence[Post]) -> Sequence[float | None]:
        """Positive less negative probability of each post."""
        judged: list[float | None] = [None] * len(posts)
        by_language: defaultdict[str, list[int]] = defaultdict(list)
        for index, post in enumerate(posts):
            if post.language in LANGUAGES and post.text.strip():
                by_language[str(post.language)].append(index)
        for language, indices in by_language.items():
            texts = [_shortened(posts[index].text) for index in indices]
            for position, sentiment in (await self._ask(language, texts)).items():
                judged[indices[position]] = sentiment
        return judged

    async def _ask(self, language: str, texts: list[str]) -> Mapping[int, float]:
        if self._clock() < self._silent_until:
            return {}
        try:
            answer = await asyncio.to_thread(
                self._comprehend.batch_detect_sentiment, TextList=texts, LanguageCode=language
            )
        except (ClientError, BotoCoreError) as error:
            self._silent_until = self._clock() + SILENT_SECONDS
            LOGGER.warning("Comprehend: %s; nothing is judged for %.0f s", error, SILENT_SECONDS)
            return {}
        return {
            result["Index"]: result["SentimentScore"]["Positive"] - result["SentimentScore"]["Negative"]
            for result in answer["ResultList"]
        }


def _shortened(text: str) -> str:
    return text.encode()[:LONGEST_TEXT_BYTES].decode(errors="ignore")
