"""Schedule expressions are due at the same times as on AWS."""

from datetime import UTC, datetime

import pytest

from local.twin.services.eventbridge.schedule_expressions import ScheduleExpressionError, next_due

STARTED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        (
            "at(2026-11-24T20:45:00)",
            datetime(2026, 11, 24, 12, tzinfo=UTC),
            datetime(2026, 11, 24, 20, 45, tzinfo=UTC),
        ),
        ("at(2026-11-24T20:45:00)", datetime(2026, 11, 24, 21, tzinfo=UTC), None),
        (
            "rate(5 minutes)",
            datetime(2026, 11, 24, 10, 7, tzinfo=UTC),
            datetime(2026, 11, 24, 10, 10, tzinfo=UTC),
        ),
        ("rate(1 day)", datetime(2026, 11, 24, 10, 7, tzinfo=UTC), datetime(2026, 11, 25, 10, 0, tzinfo=UTC)),
        ("cron(0 3 * * ? *)", datetime(2026, 11, 24, 10, tzinfo=UTC), datetime(2026, 11, 25, 3, tzinfo=UTC)),
        (
            "cron(30 9 ? * MON-FRI *)",
            datetime(2026, 11, 27, 10, tzinfo=UTC),
            datetime(2026, 11, 30, 9, 30, tzinfo=UTC),
        ),
        (
            "cron(0/20 12 1 JAN ? *)",
            datetime(2026, 11, 24, tzinfo=UTC),
            datetime(2027, 1, 1, 12, 0, tzinfo=UTC),
        ),
    ],
)
def test_the_next_due_time_of_an_expression(
    expression: str, after: datetime, expected: datetime | None
) -> None:
    assert next_due(expression, after=after, started=STARTED) == expected


def test_an_expression_is_in_its_time_zone() -> None:
    due = next_due(
        "at(2026-07-01T20:45:00)", after=STARTED.replace(month=1), started=STARTED, zone="Europe/Rome"
    )

    assert due == datetime(2026, 7, 1, 18, 45, tzinfo=UTC)


def test_an_unknown_kind_of_expression_is_refused() -> None:
    with pytest.raises(ScheduleExpressionError, match="every monday"):
        next_due("every monday", after=STARTED, started=STARTED)
