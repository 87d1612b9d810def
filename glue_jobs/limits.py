"""What a line of the clickstream must be like, in numbers."""

from domain.cohort import COHORT_USER_PREFIX
from domain.interaction import MAX_ID_LENGTH

REQUIRED = ("match_id", "viewer_id", "component_id", "type", "cohort")
MAX_LENGTHS = {"cohort": MAX_ID_LENGTH - len(COHORT_USER_PREFIX)}
"""Shorter than an id may be: a cohort is the id of a user when it has its prefix."""
MAX_IMPRESSION_LENGTH = 1000
"""One value that is longer fails the import of the whole dataset."""
CLOCK_SKEW_SECONDS = 300
OLDEST_TIMESTAMP = 1_420_070_400  # 2015: nothing was broadcast by this system before
BOT_ACTS_A_MINUTE = 60
FEW_IMPRESSIONS = 50
EAGER_SHARE = 0.9
"""Who clicks nine of ten things is no viewer."""
LONGEST_SILENCE_SECONDS = 1800
"""After which another session begins."""
