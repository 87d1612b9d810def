"""An audience's document: its newest message, with the earlier ones that a picture can still reach.

Versions reach the document in any order: each is merged into what is there.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from domain.catch_up import reachable
from domain.choice import FROZEN
from domain.context import REMEMBERED_VERSIONS
from domain.media_window import MediaWindow
from domain.validation import Reader

Message = Mapping[str, Any]


def merged(document: Message | None, message: Message, cancelled: Collection[str] = ()) -> dict[str, Any]:
    """Return the document with a message in it; of two messages of one version this one stays.

    The newest version stays the newest. Earlier ones are left out once no picture reaches them, or if they
    are about a cancelled moment; `cancelled` are ids of moments without their revision. What an operator has
    frozen by the newest version is not shown by an earlier one.
    """
    known = [] if document is None else [*document.get("missed", ()), document]
    by_version = {each["version"]: each for each in [*known, message]}
    *earlier, newest = (_alone(by_version[version]) for version in sorted(by_version))
    wanted = [each for each in earlier if not _is_about(each, cancelled)]
    due = reachable([_window(each) for each in wanted], _window(newest), _window(newest).not_before)
    frozen = newest.get("frozen", ())
    missed = [_with_frozen(wanted[index], frozen) for index in due[-REMEMBERED_VERSIONS:]]
    return {**newest, "snapshot": True, **({"missed": missed} if missed else {})}


def _alone(message: Message) -> dict[str, Any]:
    """Return a message as it was published."""
    return {**{name: value for name, value in message.items() if name != "missed"}, "snapshot": False}


def _is_about(message: Message, moments: Collection[str]) -> bool:
    moment = message["moment"]
    return moment is not None and str(moment["id"]).partition("~")[0] in moments


def _window(message: Message) -> MediaWindow:
    media = Reader(message["media"])
    return MediaWindow(not_before=media.instant("notBefore"), valid_until=media.instant("validUntil"))


def _with_frozen(message: dict[str, Any], frozen: Collection[str]) -> dict[str, Any]:
    """Return a message in which these components are no candidates."""
    fields = {name: value for name, value in message.items() if name != "frozen"}
    if not frozen:
        return fields
    components: Sequence[Message] = message["components"]
    places = {index for index, each in enumerate(components) if each["componentId"] in frozen}
    fields |= {"frozen": list(frozen), **_without(message, components, places)}
    if "afterwards" in message:
        fields["afterwards"] = _without(message["afterwards"], components, places)
    return fields


def _without(listed: Message, components: Sequence[Message], places: Collection[int]) -> dict[str, Any]:
    """Return a list of candidates without those of some components; who follows one names the reason."""
    above: dict[str, list[str]] = {}
    left: list[dict[str, Any]] = []
    index_of: dict[int, int] = {}
    for index, candidate in enumerate(listed["candidates"]):
        slot = components[candidate["component"]]["slot"]
        if candidate["component"] in places:
            above.setdefault(slot, []).extend([*candidate["above"], FROZEN])
            continue
        index_of[index] = len(left)
        rules = dict.fromkeys([*above.pop(slot, ()), *candidate["above"]])
        left.append({**candidate, "above": list(rules)})
    return {
        "candidates": left,
        "conflicts": [
            [index_of[first], index_of[second], rule_id]
            for first, second, rule_id in listed["conflicts"]
            if first in index_of and second in index_of
        ],
        "rotation": listed["rotation"],
    }
