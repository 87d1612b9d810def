"""RecommendationMode: how often the campaign is called."""

from enum import StrEnum


class RecommendationMode(StrEnum):
    """COHORT calls the campaign once per cohort and context, VIEWER once per viewer while the rate allows.

    COHORT keeps a fifth of the rate for viewers who have engaged in this match; they get their own call.
    VIEWER falls back to one call per cohort.
    """

    COHORT = "cohort"
    VIEWER = "viewer"
