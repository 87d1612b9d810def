"""Schedule expressions: `at(...)`, `rate(...)` and AWS's `cron(...)` of six fields."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_YEARS_AHEAD = 2


class ScheduleExpressionError(ValueError):
    """A schedule expression is not of a known kind."""

    def __init__(self, expression: str) -> None:
        super().__init__(f"expected at(...), rate(...) or cron(...), got {expression!r}")


def next_due(expression: str, *, after: datetime, started: datetime, zone: str = "UTC") -> datetime | None:
    """Return the first due time after `after`, or None; raises ScheduleExpressionError."""
    kind, _, rest = expression.partition("(")
    body = rest.removesuffix(")")
    if kind == "at":
        due_at = datetime.fromisoformat(body).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        return due_at if due_at > after else None
    if kind == "rate":
        return _next_rate(body, after, started)
    if kind == "cron":
        return _next_cron(body, after.astimezone(ZoneInfo(zone)))
    raise ScheduleExpressionError(expression)


def _next_rate(body: str, after: datetime, started: datetime) -> datetime:
    number, unit = body.split()
    period = timedelta(seconds=int(number) * _UNITS[unit.rstrip("s")])
    passed = (after - started) // period
    return started + period * (passed + 1)


def _next_cron(body: str, after: datetime) -> datetime | None:
    minutes, hours, days, months, weekdays, years = body.split()
    allowed_minutes = _values(minutes, 0, 59)
    allowed_hours = _values(hours, 0, 23)
    allowed_months = _values(months, 1, 12, names=_MONTHS, base=1)
    allowed_days = _values(days, 1, 31)
    allowed_weekdays = _values(weekdays, 1, 7, names=_DAYS, base=1)
    allowed_years = _values(years, 1970, 2199)
    day = after.replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(366 * _YEARS_AHEAD):
        weekday = day.isoweekday() % 7 + 1
        fits = day.month in allowed_months and day.day in allowed_days and weekday in allowed_weekdays
        if fits and day.year in allowed_years:
            for hour in sorted(allowed_hours):
                for minute in sorted(allowed_minutes):
                    due_at = day.replace(hour=hour, minute=minute)
                    if due_at > after:
                        return due_at.astimezone(UTC)
        day += timedelta(days=1)
    return None


def _values(
    field: str, lowest: int, highest: int, *, names: list[str] | None = None, base: int = 0
) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        for position, name in enumerate(names or ()):
            part = re.sub(name, str(position + base), part, flags=re.IGNORECASE)
        span, _, step = part.partition("/")
        if span in ("*", "?"):
            first, last = lowest, highest
        else:
            start, _, end = span.partition("-")
            first = int(start)
            last = int(end) if end else (highest if step else first)
        found |= set(range(first, last + 1, int(step or 1)))
    return found
