"""What a line of the clickstream must be like, in numbers."""

REQUIRED = ("match_id", "viewer_id", "component_id", "type", "cohort")
MAX_ID_LENGTH = 256
CLOCK_SKEW_SECONDS = 300
OLDEST_TIMESTAMP = 1_420_070_400  # 2015: nothing was broadcast by this system before
BOT_ACTS_A_MINUTE = 60
FEW_IMPRESSIONS = 50
EAGER_SHARE = 0.9
"""Who clicks nine of ten things is no viewer."""
LONGEST_SILENCE_SECONDS = 1800
"""After which another session begins."""
