"""Faults on demand: requests that are refused or repeated, or at which a function is killed.

Messages on channels are lost on demand, too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from local.twin.edge.services import ServiceAnswer, json_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Requests to an AWS service, by its signing name; an unsigned request counts as one to `s3`.

    `operation` is that of a JSON service, or an HTTP method. `containing` is a text of the path or, for other
    services than `execute-api`, of the body, such as a table's name.
    """

    service: str
    operation: str
    containing: str = ""

    def include(self, service: str, operation: str, text: str) -> bool:
        """True if a request is one of these."""
        return (service, operation) == (self.service, self.operation) and self.containing in text


@dataclass(slots=True, eq=False)
class _Fault:
    requests: Requests
    after: int
    """How many further requests pass before the fault begins."""
    refusal: ServiceAnswer | None = None
    repeats: bool = False
    kills: str | None = None
    loses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Interference:
    """What happens to one request."""

    refusal: ServiceAnswer | None = None
    """The answer instead of the service's; the request does not reach the service."""
    is_repeated: bool = False
    """True if the service gets the request twice."""
    kills: frozenset[str] = frozenset()
    """The functions that are killed once the request is answered, before the answer reaches them."""
    is_lost: bool = False
    """True for a message that does not arrive."""


NOTHING = Interference()
DELIVERY = "Delivery"
"""The operation of AppSync by which a message reaches one subscription of a channel."""


class EdgeFaults:
    """Faults to inject; there are none at first, and each stays until it is cleared or has killed.

    A fault begins after `after` of its requests.
    """

    def __init__(self, kill: Callable[[str], int]) -> None:
        self._kill = kill
        self._lock = Lock()
        self._faults: list[_Fault] = []

    @property
    def exist(self) -> bool:
        """True if there are any, so that the edge need not look at each request."""
        return bool(self._faults)

    def refuse(self, requests: Requests, *, code: str, status: int = 400, after: int = 0) -> None:
        """Refuse requests with an error of the JSON protocol, such as `ThrottlingException`."""
        refusal = json_error(code, "injected by the twin", status=status)
        self._add(_Fault(requests, after, refusal=refusal))

    def repeat(self, requests: Requests) -> None:
        """Send requests to their service twice, as an at-least-once service may."""
        self._add(_Fault(requests, after=0, repeats=True))

    def kill(self, function: str, *, at: Requests, after: int = 0) -> None:
        """Kill a function's environments once, when a request is answered."""
        self._add(_Fault(at, after, kills=function))

    def lose(self, channel: str, *, after: int = 0) -> None:
        """Lose the messages on a channel, one for each of its subscriptions, while publishes succeed."""
        self._add(
            _Fault(Requests(service="appsync", operation=DELIVERY, containing=channel), after, loses=True)
        )

    def is_lost(self, channel: str) -> bool:
        """True if a message on a channel does not reach one subscription."""
        return self.exist and self.interference("appsync", DELIVERY, channel).is_lost

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._faults = []

    def interference(self, service: str, operation: str, text: str) -> Interference:
        """Return what happens to a request."""
        with self._lock:
            faults = [fault for fault in self._faults if fault.requests.include(service, operation, text)]
            if not faults:
                return NOTHING
            due = [fault for fault in faults if fault.after == 0]
            for fault in faults:
                fault.after = max(0, fault.after - 1)
            self._faults = [fault for fault in self._faults if not (fault in due and fault.kills)]
        return Interference(
            refusal=next((fault.refusal for fault in due if fault.refusal is not None), None),
            is_repeated=any(fault.repeats for fault in due),
            kills=frozenset(fault.kills for fault in due if fault.kills is not None),
            is_lost=any(fault.loses for fault in due),
        )

    def apply_kills(self, interference: Interference) -> None:
        """Kill the functions that a request was fatal to."""
        for function in interference.kills:
            self._kill(function)

    def _add(self, fault: _Fault) -> None:
        with self._lock:
            self._faults = [*self._faults, fault]
