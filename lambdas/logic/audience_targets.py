"""Tasks for the audiences of a match, and for the viewers who are asked for by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.audience import Audience, CountedAudience
from domain.context import MatchContext
from domain.dispatch_task import MAX_AUDIENCES_PER_TASK, DispatchTask
from lambdas.logic.ports.audiences import AudienceStore
from lambdas.logic.ports.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceTargets:
    """Spreads the audiences over tasks: their number does not depend on that of the viewers.

    Named viewers have tasks of their own, after the others, because each asks the campaign.
    """

    audiences: AudienceStore
    clock: Clock

    def tasks(self, context: MatchContext, trace: Mapping[str, int]) -> Sequence[DispatchTask]:
        """Return tasks for all audiences; the store is read consistently, after the version was written."""
        now = self.clock()
        groups = self.audiences.audiences(context.match_id, now)
        named = [
            CountedAudience(audience=Audience.of_one(viewer), viewers=1)
            for viewer in self.audiences.named(context.match_id, now)
        ]
        viewers = sum(group.viewers for group in groups)
        return [
            DispatchTask(context=context, trace=trace, audiences=part, viewers=viewers)
            for part in (*_parts(groups), *_parts(named))
        ]


def _parts(audiences: Sequence[CountedAudience]) -> list[tuple[CountedAudience, ...]]:
    starts = range(0, len(audiences), MAX_AUDIENCES_PER_TASK)
    return [tuple(audiences[start : start + MAX_AUDIENCES_PER_TASK]) for start in starts]
