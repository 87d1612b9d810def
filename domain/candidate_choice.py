"""An app's choice: the `components` message that an audience message becomes for one viewer.

The SDK does the same in `client/sdk/src/choice.ts`; `client/sdk/test/choices.json` holds both to this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.choice import ALTERNATIVES, Choice, Exposure, RefusedBy, exceeds, fill_slots
from domain.component import Component, Slot
from domain.constraint import Constraint, ConstraintKind, Selector
from domain.placement import Placement, Rung
from domain.remote import Isolation, Remote
from domain.rotation import rotate
from domain.trial import Trial
from domain.validation import Reader

ONLY_FOR_APPS = frozenset(
    {"rulesEdition", "components", "candidates", "conflicts", "rotation", "trial", "afterwards", "missed"}
)
"""Fields of an audience message that a `components` message does not have, or has in another form."""
_ANY = Selector()
_NO_REMOTE = Remote(url="", module="", integrity="", isolation=Isolation.MODULE)


def components_message(message: Mapping[str, Any], sights: Mapping[str, Exposure]) -> dict[str, Any]:
    """Return the message for a viewer who has seen these components in this match, by component id.

    Cool-downs are measured until the message was sent. The messages of `missed` are chosen from in the same
    way. The message is our own: it is not validated.
    """
    now = Reader(message).instant("sentAt")
    shared = {name: value for name, value in message.items() if name not in ONLY_FOR_APPS}
    missed = [components_message(each, sights) for each in message.get("missed", ())]
    afterwards = message.get("afterwards")
    chosen = _Candidates(message, message["components"], sights, now).choose(message.get("trial"))
    return {
        **shared,
        "type": "components",
        **chosen,
        "afterwards": _Candidates(afterwards, message["components"], sights, now).placements()
        if afterwards
        else [],
        **({"missed": missed} if missed else {}),
    }


class _Candidates:
    """The candidates of a message as components of a ranking, named by their indices.

    Each rule of `above` is represented by a component that it refuses, so that a placement names it.
    """

    def __init__(
        self,
        candidates: Mapping[str, Any],
        components: Sequence[Mapping[str, Any]],
        sights: Mapping[str, Exposure],
        now: datetime,
    ) -> None:
        self._entries: Sequence[Mapping[str, Any]] = candidates["candidates"]
        self._fields = [components[entry["component"]] for entry in self._entries]
        self._rotation: int = candidates["rotation"]
        self._conflicts: Sequence[Sequence[Any]] = candidates["conflicts"]
        self._refused: dict[str, str] = {}
        self._ranked: list[Component] = []
        for index, (entry, fields) in enumerate(zip(self._entries, self._fields, strict=True)):
            slot = Slot(fields["slot"])
            for rule_id in entry["above"]:
                stand_in = f"{index} {rule_id}"
                self._refused[stand_in] = rule_id
                self._ranked.append(_component(stand_in, slot))
            exceeded = _exceeded(entry["limits"], sights.get(fields["componentId"]), now)
            if exceeded is not None:
                self._refused[str(index)] = exceeded
            self._ranked.append(_component(str(index), slot))

    def choose(self, trial: Mapping[str, Any] | None) -> dict[str, list[dict[str, Any]]]:
        """Return placements and alternatives."""
        ranked = rotate(self._ranked, self._rotation, lambda component: not self._refused_by(component, ()))
        choice = self._filled(ranked, ALTERNATIVES)
        if trial is not None:
            choice = _trial(trial).vary(
                choice, ranked, lambda component, others: not self._refused_by(component, others)
            )
        return {
            "placements": self._messages(choice.placements),
            "alternatives": self._messages(choice.alternatives),
        }

    def placements(self) -> list[dict[str, Any]]:
        """Return placements alone."""
        ranked = rotate(self._ranked, self._rotation, lambda component: not self._refused_by(component, ()))
        return self._messages(self._filled(ranked, 0).placements)

    def _filled(self, ranked: Sequence[Component], alternatives_per_slot: int) -> Choice:
        refused_by: RefusedBy = self._refused_by
        return fill_slots(ranked, refused_by, Rung.KEEP, None, alternatives_per_slot=alternatives_per_slot)

    def _refused_by(self, component: Component, chosen: Sequence[Component]) -> str | None:
        refused = self._refused.get(component.id)
        if refused is not None or not chosen or not self._conflicts:
            return refused
        index, others = int(component.id), {int(each.id) for each in chosen}
        for first, second, rule_id in self._conflicts:
            if (first == index and second in others) or (second == index and first in others):
                return str(rule_id)
        return None

    def _messages(self, placed: Sequence[Placement]) -> list[dict[str, Any]]:
        return [self._message(each) for each in placed]

    def _message(self, placement: Placement) -> dict[str, Any]:
        index = int(placement.component.id)
        entry = self._entries[index]
        return {
            **self._fields[index],
            "rank": placement.rank,
            "recommendationId": entry["recommendationId"],
            "rung": entry["rung"],
            "constraints": list(placement.constraints),
            "signature": entry["signature"],
        }


def _component(name: str, slot: Slot) -> Component:
    return Component(id=name, type="", title="", slot=slot, remote=_NO_REMOTE)


def _exceeded(limits: Sequence[Mapping[str, Any]], exposure: Exposure | None, now: datetime) -> str | None:
    """Return the first limit that the viewer's sights of a component exceed."""
    if exposure is None:
        return None
    return next((limit["rule"] for limit in limits if exceeds(_rule(limit), exposure, now)), None)


def _rule(limit: Mapping[str, Any]) -> Constraint:
    is_cap = "maximum" in limit
    return Constraint(
        id=limit["rule"],
        kind=ConstraintKind.FREQUENCY_CAP if is_cap else ConstraintKind.COOL_DOWN,
        selector=_ANY,
        maximum=limit.get("maximum", 0),
        seconds=limit.get("seconds", 0),
    )


def _trial(trial: Mapping[str, Any]) -> Trial:
    draws: Mapping[str, Sequence[float]] = trial["draws"]

    def draw(name: str) -> float:
        slot, _, step = name.partition("/")
        return draws[slot][("try", "which").index(step)]

    return Trial(share=trial["share"], draw=draw)
