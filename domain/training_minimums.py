"""The data that Amazon Personalize needs to train a solution version.

Source: https://docs.aws.amazon.com/personalize/latest/dg/limits.html
"""

MIN_INTERACTIONS = 1000
MIN_RETURNING_USERS = 25
"""Users with two interactions or more."""
MIN_RETURNING_SHARE = 0.01
"""The least share of returning users among all users."""
