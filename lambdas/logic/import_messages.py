"""Requests and plans of imports as the state machine passes them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lambdas.logic.import_plan import ImportPlan, ImportPlanner, ImportRequest, Mode

WHOLE_HISTORY = "always"
"""The jobs' argument for a span without a beginning."""


def serve_step(planner: ImportPlanner, event: Mapping[str, Any]) -> dict[str, Any]:
    """Run the step `plan` or `check`: return the next plan, or whether the plan fits and what replaces it."""
    request = read_request(event)
    match event["step"]:
        case "plan":
            return plan_message(planner.plan(request))
        case "check":
            smaller = planner.check(read_plan(event["plan"]), request)
            return {"fits": True} if smaller is None else {"fits": False, "plan": plan_message(smaller)}
    raise ValueError(f"step: expected plan or check, got {event['step']!r}")


def read_request(event: Mapping[str, Any]) -> ImportRequest:
    """Return the request of an event; raises KeyError or ValueError."""
    return ImportRequest(
        mode=Mode(event["mode"]),
        since=_read_since(event["since"]),
        started_at=_read_instant(event["startedAt"]),
        allows_full_import=event["allowsFullImport"],
        window_days=event["windowDays"],
    )


def read_plan(message: Mapping[str, Any]) -> ImportPlan:
    """Return the plan of a message that `plan_message` wrote."""
    return ImportPlan(
        mode=Mode(message["mode"]),
        since=_read_since(message["since"]),
        until=_read_instant(message["until"]),
        end=_read_instant(message["end"]),
        is_too_small=message["isTooSmall"],
    )


def plan_message(plan: ImportPlan) -> dict[str, Any]:
    """Return a plan with its instants in the form of the jobs' arguments."""
    return {
        "mode": plan.mode.value,
        "since": WHOLE_HISTORY if plan.since is None else _text(plan.since),
        "until": _text(plan.until),
        "end": _text(plan.end),
        "isTooSmall": plan.is_too_small,
        "isLast": plan.is_last,
    }


def _read_since(text: str) -> datetime | None:
    return None if text == WHOLE_HISTORY else _read_instant(text)


def _read_instant(text: str) -> datetime:
    given = datetime.fromisoformat(text)
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
