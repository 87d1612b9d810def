"""In-memory streams and queues."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from domain.dead_letter import DeadLetter
from domain.dispatch_task import DispatchTask
from domain.interaction import RecordedInteraction
from domain.recommendation import Refusal
from domain.signal import Signal


@dataclass
class InMemorySignalStream:
    signals: list[Signal] = field(default_factory=list)
    lose: set[str] = field(default_factory=set)

    def put_signals(self, signals: Sequence[Signal]) -> Sequence[int]:
        self.signals += [signal for signal in signals if signal.id not in self.lose]
        return [index for index, signal in enumerate(signals) if signal.id in self.lose]


@dataclass
class InMemoryInteractionStream:
    interactions: list[RecordedInteraction] = field(default_factory=list)

    def put_interactions(self, interactions: Sequence[RecordedInteraction]) -> int:
        self.interactions += interactions
        return 0


@dataclass
class InMemoryEventTracker:
    calls: list[list[RecordedInteraction]] = field(default_factory=list)
    refusal: Refusal | None = None

    def put_events(self, interactions: Sequence[RecordedInteraction]) -> Refusal | None:
        if self.refusal is None:
            self.calls.append(list(interactions))
        return self.refusal


@dataclass
class InMemoryDeadLetters:
    letters: list[dict[str, Any]] = field(default_factory=list)

    def put_dead_letter(self, **letter: Any) -> None:
        self.letters.append(letter)

    def try_dead_letters(self, letters: Sequence[DeadLetter]) -> int:
        self.letters += [asdict(letter) for letter in letters]
        return 0


@dataclass
class InMemoryDispatchQueue:
    tasks: list[DispatchTask] = field(default_factory=list)
    refuses: bool = False

    def send_tasks(self, tasks: Sequence[DispatchTask]) -> None:
        if self.refuses:
            raise OSError("the queue refuses")
        self.tasks += tasks
