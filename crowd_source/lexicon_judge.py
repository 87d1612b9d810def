"""Sentiment by the embedded lexicon: in the process, at once, at no cost."""

from collections.abc import Sequence

from domain.crowd.aggregate import Post
from domain.crowd.lexicon import sentiment


class LexiconJudge:
    """Judges each post as it comes."""

    batch_size = 1

    async def judge(self, posts: Sequence[Post]) -> Sequence[float | None]:
        """The lexicon's word for each post."""
        return [sentiment(post.text) for post in posts]
