"""The context builder: merges moments into a match's context and writes the next version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.context import MatchContext, initial_context, merge, remember
from domain.controls import Controls
from domain.metrics import Metric, Step
from domain.moment import Moment
from lambdas.logic.dispatch_plan import DispatchPlanner
from lambdas.logic.errors import ContextConflictError, UnknownMatchError
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.telemetry import Telemetry

ATTEMPTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextBuilder:
    """Writes each version on condition that the previous one is still the newest, and plans its dispatch."""

    matches: MatchStore
    planner: DispatchPlanner
    telemetry: Telemetry
    clock: Clock

    def merge_moments(self, moments: Sequence[Moment]) -> MatchContext | None:
        """Merge moments of one match; return the version written, or None if they changed nothing.

        Idempotent: repeated and late moments change nothing. Moments under an operator's hold are stored in
        the match's controls; cancelled moments are ignored.
        """
        match_id = moments[0].match_id
        for _ in range(ATTEMPTS):
            match, found, controls = self.matches.match_state(match_id)
            if match is None:
                raise UnknownMatchError(match_id)
            seen = found.seen if found else ()
            new = [moment for moment in moments if not controls.forbids(moment) and moment.id not in seen]
            withheld = [moment for moment in new if controls.withholds(moment)]
            if withheld and not self._hold(controls, withheld):
                continue
            new = [moment for moment in new if moment not in withheld]
            context = found or initial_context(match)
            merged = merge(context, match, new)
            if merged is None:
                updated = remember(context, match, new)
                if updated is not None and not self.matches.replace_context(updated):
                    continue
                self.telemetry.count(Metric.MOMENTS_IGNORED, len(moments) - len(withheld))
                return None
            trace = self._trace(merged, new)
            if self.matches.put_context(merged, trace):
                self.planner.try_plan(merged, trace)
                self._report(merged, trace)
                return merged
            self.telemetry.count(Metric.CONTEXT_CONFLICTS)
        raise ContextConflictError(match_id, ATTEMPTS)

    def _hold(self, controls: Controls, moments: Sequence[Moment]) -> bool:
        """Add moments to those on hold; False if the controls have changed in the meantime."""
        new = [moment for moment in moments if moment.id not in controls.held]
        if new and not self.matches.put_controls(controls.holding(new)):
            return False
        self.telemetry.count(Metric.MOMENTS_HELD, len(new))
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

    def _report(self, context: MatchContext, trace: Mapping[str, int]) -> None:
        self.telemetry.count(Metric.CONTEXT_VERSIONS)
        received, detected = trace.get("signalReceivedAt"), trace.get("momentDetectedAt")
        if received is not None and detected is not None:
            self.telemetry.step(Step.DETECT, detected - received)
        if detected is not None:
            self.telemetry.step(Step.CONTEXT, trace["contextBuiltAt"] - detected)
        self.telemetry.info(
            "context built", match_id=context.match_id, version=context.version, columns=context.columns
        )
