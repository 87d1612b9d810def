"""What Personalize asks of a dataset before it trains; refused here with a clear reason, not hours later."""

MINIMUM_INTERACTIONS = 1000
MINIMUM_RETURNING_USERS = 25
MINIMUM_RETURNING_SHARE = 0.01


class DatasetTooSmallError(Exception):
    """The clickstream is not enough to train on."""


def check_minimums(*, interactions: int, users: int, returning: int) -> None:
    """Raise DatasetTooSmallError that says what is missing."""
    if interactions < MINIMUM_INTERACTIONS:
        raise DatasetTooSmallError(
            f"expected at least {MINIMUM_INTERACTIONS} interactions, got {interactions}"
        )
    if returning < MINIMUM_RETURNING_USERS or returning < users * MINIMUM_RETURNING_SHARE:
        raise DatasetTooSmallError(
            f"expected at least {MINIMUM_RETURNING_USERS} users, and {MINIMUM_RETURNING_SHARE:.0%} of all, "
            f"with two interactions or more, got {returning} of {users}"
        )
