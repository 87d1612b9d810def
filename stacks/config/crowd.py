"""Configuration of the crowd source, which reads public posts."""

from dataclasses import dataclass
from typing import Annotated

from stacks.config.checks import OneOf, check_fields

SOURCES = ("bluesky", "x")
SENTIMENT_ANALYSERS = ("lexicon", "comprehend")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdConfig:
    """The network to read posts from and the analyser of their sentiment."""

    source: Annotated[str, OneOf(SOURCES)] = "bluesky"
    """`bluesky`, which is free, or `x`, which needs a paid bearer token."""
    sentiment: Annotated[str, OneOf(SENTIMENT_ANALYSERS)] = "lexicon"
    """`lexicon`, which is free, or `comprehend`, which Amazon bills per post."""

    def __post_init__(self) -> None:
        check_fields(self, "crowd")
