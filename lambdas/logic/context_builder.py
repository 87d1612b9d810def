"""The context builder: merges moments into the match's context and writes the next version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.context import MatchContext, initial_context, merge, remember
from domain.controls import Controls
from domain.metrics import Metric, Step
from domain.moment import Moment
from lambdas.logic.errors import ContextConflictError, UnknownMatchError
from lambdas.logic.ports import Clock, MatchStore, Telemetry

ATTEMPTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextBuilder:
    """Writes each next version on the condition that the one before it is still the newest."""

    matches: MatchStore
    telemetry: Telemetry
    clock: Clock

    def merge_moments(self, moments: Sequence[Moment]) -> MatchContext | None:
        """Merge moments of one match; the version written, or None if they changed nothing.

        A moment that comes again or too late changes nothing, so a repeated delivery does no harm. One that
        an operator holds waits in the match's controls; one that an operator has cancelled never comes.
        """
        match_id = moments[0].match_id
        for _ in range(ATTEMPTS):
            match, found, controls = self.matches.match_state(match_id)
            if match is None:
                raise UnknownMatchError(match_id)
            known = found.seen if found else ()
            coming = [moment for moment in moments if not controls.forbids(moment) and moment.id not in known]
            waiting = [moment for moment in coming if controls.withholds(moment)]
            if waiting and not self._hold_back(controls, waiting):
                continue
            coming = [moment for moment in coming if moment not in waiting]
            context = found or initial_context(match)
            merged = merge(context, match, coming)
            if merged is None:
                unseen = remember(context, match, coming)
                if unseen is not None and not self.matches.replace_context(unseen):
                    continue
                self.telemetry.count(Metric.MOMENTS_IGNORED, len(moments) - len(waiting))
                return None
            trace = self._trace(merged, coming)
            if self.matches.put_context(merged, trace):
                self._measure(merged, trace)
                return merged
            self.telemetry.count(Metric.CONTEXT_CONFLICTS)
        raise ContextConflictError(f"match {match_id}: expected a quiet second, got {ATTEMPTS} conflicts")

    def _hold_back(self, controls: Controls, waiting: Sequence[Moment]) -> bool:
        """Let moments wait; False if the operator has changed the controls meanwhile."""
        fresh = [moment for moment in waiting if moment.id not in controls.held]
        if fresh and not self.matches.put_controls(controls.holding(fresh)):
            return False
        self.telemetry.count(Metric.MOMENTS_HELD, len(fresh))
        return True

    def _trace(self, context: MatchContext, moments: Sequence[Moment]) -> dict[str, int]:
        cause = next((moment for moment in moments if moment.id == context.cause_id), moments[-1])
        steps = {
            "momentOccurredAt": int(cause.occurred_at.timestamp() * 1000),
            "signalReceivedAt": cause.received_at_ms,
            "momentDetectedAt": cause.detected_at_ms,
            "contextBuiltAt": int(self.clock().timestamp() * 1000),
        }
        return {name: at_ms for name, at_ms in steps.items() if at_ms is not None}

    def _measure(self, context: MatchContext, trace: Mapping[str, int]) -> None:
        self.telemetry.count(Metric.CONTEXT_VERSIONS)
        received, detected = trace.get("signalReceivedAt"), trace.get("momentDetectedAt")
        if received is not None and detected is not None:
            self.telemetry.step(Step.DETECT, detected - received)
        if detected is not None:
            self.telemetry.step(Step.CONTEXT, trace["contextBuiltAt"] - detected)
        self.telemetry.info(
            "context built", match_id=context.match_id, version=context.version, columns=context.columns
        )
