"""Executes operators' commands on a match; every command is idempotent."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from domain.context import MatchContext, initial_context, merge
from domain.controls import Controls
from domain.errors import InvalidFieldError
from domain.match import Match
from domain.moment import OPERATOR, Moment
from domain.operation import Command, Operation
from lambdas.logic.errors import ContextConflictError, SignalLostError, UnknownMatchError
from lambdas.logic.ports.catalogue import Catalogue
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.feeds import SignalStream
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.operators import MomentTopic

ATTEMPTS = 12
Change = tuple[MatchContext | None, Controls | None]
"""The next context and the next controls; None for what stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationExecutor:
    """Changes contexts and controls with conditional writes."""

    matches: MatchStore
    moments: MomentTopic
    signals: SignalStream
    catalogue: Catalogue
    clock: Clock

    def execute(self, operation: Operation, request_id: str, operator_id: str) -> int:
        """Execute an operation of an operator; return the context's newest version afterwards."""
        match operation.command:
            case Command.INJECT:
                return self._inject(operation, _entry_id(request_id, operator_id))
            case Command.CORRECT_SCORE | Command.WITHDRAW | Command.SEND_OFF:
                return self._state(operation, _entry_id(request_id, operator_id))
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
                    lambda _match, context, _controls: (_freeze(context, str(operation.component_id)), None),
                )
            case Command.THAW:
                return self._change(
                    operation.match_id,
                    lambda _match, context, _controls: (_thaw(context, str(operation.component_id)), None),
                )

    def _inject(self, operation: Operation, entry_id: str) -> int:
        match, context = self._announced(operation.match_id)
        assert operation.injection
        now_ms = int(self.clock().timestamp() * 1000)
        self.moments.publish(operation.injection.moment(context, match, entry_id, now_ms))
        return context.version

    def _state(self, operation: Operation, entry_id: str) -> int:
        """Write the operator's entry to the signals stream, from which the detectors take it."""
        match, context = self._announced(operation.match_id)
        assert operation.entry
        now_ms = int(self.clock().timestamp() * 1000)
        if self.signals.put_signals([operation.entry.signal(context, match, entry_id, now_ms)]):
            raise SignalLostError(entry_id)
        return context.version

    def _announced(self, match_id: str) -> tuple[Match, MatchContext]:
        """Return a match and its newest context; raises UnknownMatchError if it was never announced."""
        match, found, _ = self.matches.match_state(match_id)
        if match is None:
            raise UnknownMatchError(match_id)
        return match, found or initial_context(match)

    def _change(self, match_id: str, change: Callable[[Match, MatchContext, Controls], Change]) -> int:
        for _ in range(ATTEMPTS):
            match, found, controls = self.matches.match_state(match_id)
            if match is None:
                raise UnknownMatchError(match_id)
            context = found or initial_context(match)
            next_context, next_controls = change(match, context, controls)
            # Context first: after a failure between the two writes the change is repeated, and merging the
            # same moments again changes nothing.
            if next_context is not None and not self._put_context(next_context):
                continue
            if next_controls is None or self.matches.put_controls(next_controls):
                return (next_context or context).version
        raise ContextConflictError(match_id, ATTEMPTS)

    def _put_context(self, context: MatchContext) -> bool:
        return self.matches.put_context(context, {"contextBuiltAt": int(self.clock().timestamp() * 1000)})

    def _check_component(self, component_id: str) -> None:
        if component_id not in self.catalogue.components():
            raise InvalidFieldError("componentId", "a component of the catalogue", component_id)


def _entry_id(request_id: str, operator_id: str) -> str:
    """Return the id of the entry: the same for the same request, another for each operator's."""
    return f"{OPERATOR}-{hashlib.sha256(f'{operator_id}#{request_id}'.encode()).hexdigest()[:32]}"


def _release(match: Match, context: MatchContext, controls: Controls, moment_id: str | None) -> Change:
    """Merge held moments: all of them, which ends the hold; or one moment and those before it in play."""
    released = list(controls.held.values())
    if moment_id is None:
        return merge(context, match, released), controls.lifted()
    last = _held_moment(controls, moment_id)
    released = [moment for moment in released if not last.is_before(moment)]
    return merge(context, match, released), controls.without(moment.id for moment in released)


def _cancel(match: Match, context: MatchContext, controls: Controls, moment_id: str) -> Change:
    """Cancel a moment for good; if it is the headline, the next version has no headline.

    If an earlier version is about it, the next one is as the newest: with it the earlier version leaves the
    documents that viewers with a late picture read.
    """
    cancelled = controls.cancelling(moment_id)
    if context.headline is not None and cancelled.forbids(context.headline):
        return context.without_headline(match), cancelled
    earlier = [each.headline for each in context.earlier if each.headline is not None]
    is_remembered = any(cancelled.forbids(each) and not controls.forbids(each) for each in earlier)
    return context.repeated() if is_remembered else None, cancelled


def _held_moment(controls: Controls, moment_id: str) -> Moment:
    if moment_id not in controls.held:
        raise InvalidFieldError("momentId", "a moment that is held", moment_id)
    return controls.held[moment_id]


def _freeze(context: MatchContext, component_id: str) -> MatchContext | None:
    if component_id in context.frozen:
        return None
    return context.with_frozen((*context.frozen, component_id))


def _thaw(context: MatchContext, component_id: str) -> MatchContext | None:
    if component_id not in context.frozen:
        return None
    return context.with_frozen(tuple(known for known in context.frozen if known != component_id))
