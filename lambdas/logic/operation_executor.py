"""What each command of an operator does to a match; doing it twice does it once."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.context import MatchContext, initial_context, merge
from domain.controls import Controls
from domain.errors import InvalidFieldError
from domain.match import Match
from domain.moment import Moment
from domain.operation import Command, Operation
from lambdas.logic.control_ports import MomentTopic
from lambdas.logic.errors import ContextConflictError, UnknownMatchError
from lambdas.logic.ports import Catalogue, Clock, MatchStore

ATTEMPTS = 12
Step = Callable[[Match, MatchContext, Controls], tuple[MatchContext | None, Controls | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationExecutor:
    """Changes contexts and controls, each on the condition that nobody else has changed it meanwhile."""

    matches: MatchStore
    moments: MomentTopic
    catalogue: Catalogue
    clock: Clock

    def execute(self, operation: Operation, request_id: str) -> int:
        """Do what the operation asks for; the context version that is the newest then."""
        match operation.command:
            case Command.INJECT:
                return self._inject(operation, request_id)
            case Command.HOLD:
                return self._change(
                    operation.match_id,
                    lambda _match, _context, controls: (None, controls.with_hold(operation.held_types)),
                )
            case Command.RELEASE:
                return self._change(
                    operation.match_id,
                    lambda match, context, controls: _release(match, context, controls, operation.moment_id),
                )
            case Command.CANCEL:
                return self._change(
                    operation.match_id,
                    lambda match, context, controls: _cancel(
                        match, context, controls, str(operation.moment_id)
                    ),
                )
            case Command.FREEZE:
                self._check_component(str(operation.component_id))
                return self._change(
                    operation.match_id,
                    lambda _match, context, _controls: (_freeze(context, operation), None),
                )
            case Command.THAW:
                return self._change(
                    operation.match_id,
                    lambda _match, context, _controls: (_thaw(context, operation), None),
                )

    def _inject(self, operation: Operation, request_id: str) -> int:
        match, found, _ = self.matches.match_state(operation.match_id)
        if match is None:
            raise UnknownMatchError(operation.match_id)
        assert operation.injection
        context = found or initial_context(match)
        now_ms = int(self.clock().timestamp() * 1000)
        self.moments.publish(operation.injection.moment(context, match, request_id, now_ms))
        return context.version

    def _change(self, match_id: str, step: Step) -> int:
        for _ in range(ATTEMPTS):
            match, found, controls = self.matches.match_state(match_id)
            if match is None:
                raise UnknownMatchError(match_id)
            context = found or initial_context(match)
            next_context, next_controls = step(match, context, controls)
            # The context first: what stops between the two is done again, and nothing is merged twice.
            if next_context is not None and not self._put(next_context):
                continue
            if next_controls is None or self.matches.put_controls(next_controls):
                return (next_context or context).version
        raise ContextConflictError(f"match {match_id}: expected a quiet second, got {ATTEMPTS} conflicts")

    def _put(self, context: MatchContext) -> bool:
        return self.matches.put_context(context, {"contextBuiltAt": int(self.clock().timestamp() * 1000)})

    def _check_component(self, component_id: str) -> None:
        if component_id not in self.catalogue.components():
            raise InvalidFieldError("componentId", "a component of the catalogue", component_id)


def _release(
    match: Match, context: MatchContext, controls: Controls, moment_id: str | None
) -> tuple[MatchContext | None, Controls]:
    """Merge what waits: all of it, and the hold is over; or a moment and what comes before it in play."""
    going = list(controls.held.values())
    if moment_id is None:
        return merge(context, match, going), controls.lifted()
    last = _waiting(controls, moment_id)
    going = [moment for moment in going if not last.is_before(moment)]
    return merge(context, match, going), controls.without(moment.id for moment in going)


def _cancel(
    match: Match, context: MatchContext, controls: Controls, moment_id: str
) -> tuple[MatchContext | None, Controls]:
    """Let a moment never come; if the screens are about it, they are about nothing from now on."""
    cancelled = controls.cancelling(moment_id)
    if context.headline is None or not cancelled.forbids(context.headline):
        return None, cancelled
    return context.without_headline(match), cancelled


def _waiting(controls: Controls, moment_id: str) -> Moment:
    if moment_id not in controls.held:
        raise InvalidFieldError("momentId", "a moment that is held", moment_id)
    return controls.held[moment_id]


def _freeze(context: MatchContext, operation: Operation) -> MatchContext | None:
    component_id = str(operation.component_id)
    if component_id in context.frozen:
        return None
    return context.with_frozen((*context.frozen, component_id))


def _thaw(context: MatchContext, operation: Operation) -> MatchContext | None:
    component_id = str(operation.component_id)
    if component_id not in context.frozen:
        return None
    return context.with_frozen(tuple(known for known in context.frozen if known != component_id))
