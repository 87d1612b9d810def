"""Sentiment by the embedded lexicon, without calls to a service."""

from collections.abc import Sequence

from domain.crowd.aggregate import Post
from domain.crowd.lexicon import sentiment


class LexiconJudge:
    """Judges each post by itself."""

    batch_size = 1

    async def judge(self, posts: Sequence[Post]) -> Sequence[float | None]:
        """Return the lexicon's sentiment of each post."""
        return [sentiment(post.text) for post in posts]
