"""Limits that lines of the clickstream and their viewers must keep."""

from domain.cohort import COHORT_USER_PREFIX
from domain.interaction import MAX_DELAY, MAX_ID_LENGTH

REQUIRED = ("match_id", "viewer_id", "component_id", "type", "cohort")
MAX_LENGTHS = {"cohort": MAX_ID_LENGTH - len(COHORT_USER_PREFIX)}
"""Shorter than the limit of ids, because a cohort with its prefix is a user id."""
MAX_IMPRESSION_LENGTH = 1000
"""A longer value fails the import of the whole dataset."""
CLOCK_SKEW_SECONDS = 300
OLDEST_TIMESTAMP = 1_420_070_400  # 2015, before the system existed
MAX_DELAY_SECONDS = int(MAX_DELAY.total_seconds())
BOT_ACTIONS_PER_MINUTE = 240
"""By arrival. The SDK keeps 200 actions while it has no connection, and then sends them at once."""
MIN_IMPRESSIONS_TO_JUDGE = 50
MAX_CLICK_SHARE = 0.9
"""A viewer who clicks a larger share of at least that many impressions is refused."""
SESSION_GAP_SECONDS = 1800
"""A longer gap between two actions starts a new session."""
