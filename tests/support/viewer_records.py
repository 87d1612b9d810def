"""Records that name viewers, from those who write them: messages of queues, and lines of files."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from domain.audience import Audience, CountedAudience
from domain.audit import AuditEntry, Operator, Outcome
from domain.choice import Choice
from domain.component import Slot
from domain.context import MatchContext, initial_context, merge
from domain.dead_letter import DeadLetter
from domain.dispatch_task import DispatchTask
from domain.interaction import Interaction, InteractionType, RecordedInteraction
from domain.placement import Placement, Rung
from domain.preparation_task import PreparationTask
from domain.recommendation import Recommendation
from lambdas.logic.audience_placements import AudiencePlacements
from lambdas.logic.decisions import decision_record
from tests.support import builders

NOW = builders.KICK_OFF
Record = dict[str, Any]


def preparation_task(*viewer_ids: str) -> Record:
    """Return the message that asks for rankings of these viewers, and of cohorts."""
    cohorts = (builders.a_viewer().cohort, builders.a_viewer(team="Turkey").cohort)
    return PreparationTask(match_id="turkey-italy", cohorts=cohorts, viewer_ids=viewer_ids).to_dict()


def dispatch_task(*viewer_ids: str) -> Record:
    """Return the message that sends a version to a cohort, and to these viewers by name."""
    cohort, consents = builders.a_viewer().cohort, frozenset({"betting"})
    audiences = [
        Audience(cohort=cohort, consents=consents, viewer_id=viewer_id) for viewer_id in (None, *viewer_ids)
    ]
    counted = tuple(CountedAudience(audience=each, viewers=42) for each in audiences)
    return _task(audiences=counted, viewers=42).to_dict()


def interaction(viewer_id: str) -> Record:
    """Return a line of the clickstream."""
    return RecordedInteraction(
        interaction=Interaction(
            type=InteractionType.CLICK,
            component_id="poll",
            slot=Slot.OVERLAY,
            version=42,
            occurred_at=NOW,
            recommendation_id="r",
            value=2.0,
            impression=("poll", "quiz"),
        ),
        match_id="turkey-italy",
        viewer_id=viewer_id,
        cohort_key=builders.a_viewer().cohort.key,
        session_id="connection=",
        columns=_context().columns,
        received_at=NOW + timedelta(seconds=1),
    ).to_dict()


def decision(viewer_id: str | None) -> Record:
    """Return a line of the log of decisions."""
    audience = Audience(cohort=builders.a_viewer().cohort, consents=frozenset(), viewer_id=viewer_id)
    placed = Placement(component=builders.a_component("poll"), rank=2, rung=Rung.VIEWER)
    placements = AudiencePlacements(
        recommendation=Recommendation(
            component_ids=("poll", "quiz"), rung=Rung.VIEWER, recommendation_id="r"
        ),
        choice=Choice(placements=(placed,), refused={"bet": "minimum-age"}),
    )
    return decision_record(_task(), audience, placements, 42, NOW)


def audit_line(operator_id: str) -> Record:
    """Return a line of the audit log."""
    return AuditEntry(
        match_id="turkey-italy",
        request_id="42",
        who=Operator(id=operator_id, name="olga"),
        what={"command": "hold", "types": ["goal"]},
        why="a delay",
        at=NOW,
        outcome=Outcome.DONE,
    ).to_dict()


def refused_line(viewer_id: str) -> Record:
    """Return a line that the training refused, which holds the text of the line."""
    line = json.dumps(interaction(viewer_id))
    return {"reason": "duplicate", "line": line, "match_id": "turkey-italy", "viewer_id": viewer_id}


OF_ONE: Mapping[str, Callable[[str], Record]] = {
    "interaction": interaction,
    "decision": decision,
    "audit line": audit_line,
    "refused line": refused_line,
}
OF_SEVERAL: Mapping[str, Callable[..., Record]] = {
    "preparation": preparation_task,
    "dispatch": dispatch_task,
}


def as_text(record: Record) -> str:
    """Return the message of a queue, or the line of a file."""
    return json.dumps(record)


def as_dead_letter(record: Record) -> str:
    """Return the dead letter of a message that could not be processed."""
    return DeadLetter(source="tasks", reason="version: expected 42", payload=json.dumps(record)).to_json(NOW)


def as_dead_letter_of_stream(record: Record) -> str:
    """Return the dead letter of a record of a stream, which has it in base64."""
    data = base64.b64encode((json.dumps(record) + "\n").encode()).decode()
    return DeadLetter(source="interactions", reason="type: expected click", payload=data).to_json(NOW)


def as_error_of_firehose(record: Record) -> str:
    """Return the line in which Firehose keeps a record that it could not write."""
    data = base64.b64encode(json.dumps(record).encode()).decode()
    return json.dumps({"attemptsMade": 2, "errorCode": "Partitioning.Failed", "rawData": data})


FORMS: Mapping[str, Callable[[Record], str]] = {
    "text": as_text,
    "dead letter": as_dead_letter,
    "dead letter of a stream": as_dead_letter_of_stream,
    "error of Firehose": as_error_of_firehose,
    "damaged text": lambda record: as_text(record)[:-1],
    "dead letter of damaged text": lambda record: DeadLetter(
        source="tasks", reason="not JSON", payload=json.dumps(record)[:-1]
    ).to_json(NOW),
    "damaged dead letter": lambda record: as_dead_letter(record)[:-4],
    "dead letter of a dead letter": lambda record: DeadLetter(
        source="dead letters", reason="", payload=as_dead_letter(record)
    ).to_json(NOW),
}


def _task(**fields: Any) -> DispatchTask:
    return DispatchTask(context=_context(), shard=2, trace={"plannedAt": 1_020}, **fields)


def _context() -> MatchContext:
    match = builders.a_match()
    context = merge(initial_context(match), match, [builders.a_moment(2)])
    assert context is not None
    return context
