"""Configuration of the crowd source, which reads public posts."""

from dataclasses import dataclass

from stacks.errors import StageConfigError

SOURCES = ("bluesky", "x")
SENTIMENT_ANALYSERS = ("lexicon", "comprehend")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdConfig:
    """The network to read posts from and the analyser of their sentiment."""

    source: str = "bluesky"
    """`bluesky`, which is free, or `x`, which needs a paid bearer token."""
    sentiment: str = "lexicon"
    """`lexicon`, which is free, or `comprehend`, which Amazon bills per post."""

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise StageConfigError("crowd.source", " or ".join(SOURCES), self.source)
        if self.sentiment not in SENTIMENT_ANALYSERS:
            raise StageConfigError("crowd.sentiment", " or ".join(SENTIMENT_ANALYSERS), self.sentiment)
