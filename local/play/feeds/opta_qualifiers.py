"""Read around values of Opta's qualifiers that kloppy refuses: one of them would cost the whole match.

Opta F24 and Stats Perform MA3 have the same entries. A qualifier with a value that kloppy cannot read is left
out; a change of formation, which kloppy reads only whole, is left out with it.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kloppy.infra.serializers.event.statsperform.formation_mapping import (
    formation_id_mapping,
    formation_position_mapping,
)
from lxml import etree

FORMATION_CHANGE = 40
FORMATION, POSITIONS = 130, 131
SHOT_TIME_FORMAT = "%Y-%m-%d %H:%M:%S.%f"


def without_odd_qualifiers(content: bytes) -> tuple[bytes, dict[str, int]]:
    """Return the events without what kloppy cannot read, and what was left out, counted by name."""
    lost: Counter[str] = Counter()
    if content.lstrip().startswith(b"{"):
        document = json.loads(content)
        events = document["liveData"]["event"]
        document["liveData"]["event"] = [event for event in events if _keep_json(event, lost)]
        return json.dumps(document).encode(), dict(lost)
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    for event in list(root.iter("Event", "event")):
        if not _keep_xml(event, lost):
            event.getparent().remove(event)
    return etree.tostring(root), dict(lost)


def _keep_json(event: dict[str, Any], lost: Counter[str]) -> bool:
    """Remove the odd qualifiers of an entry; False if the entry must go with them."""
    odd = [each for each in event["qualifier"] if not _is_readable(each["qualifierId"], each.get("value"))]
    event["qualifier"] = [each for each in event["qualifier"] if each not in odd]
    return _count(event["typeId"], [each["qualifierId"] for each in odd], lost)


def _keep_xml(event: Any, lost: Counter[str]) -> bool:
    odd = []
    for qualifier in list(event):
        qualifier_id = qualifier.get("qualifier_id", qualifier.get("qualifierId"))
        if qualifier_id is not None and not _is_readable(qualifier_id, qualifier.get("value")):
            odd.append(qualifier_id)
            event.remove(qualifier)
    return _count(event.get("type_id", event.get("typeId")), odd, lost)


def _count(type_id: object, odd: list[object], lost: Counter[str]) -> bool:
    lost.update(f"qualifier {qualifier_id} with an unknown value" for qualifier_id in odd)
    keep = not odd or str(type_id) != str(FORMATION_CHANGE)
    if not keep:
        lost["formation change with an unknown value"] += 1
    return keep


def _is_readable(qualifier_id: object, value: object) -> bool:
    """True if kloppy can read a qualifier with this value."""
    try:
        check = _CHECKS.get(int(str(qualifier_id)))
        if check is not None:
            check(value)
    except (TypeError, ValueError, LookupError):
        return False
    return True


def _number(value: object) -> object:
    return float(str(value))


def _optional_integer(value: object) -> object:
    return None if value is None else int(str(value))


def _formation(value: object) -> object:
    return formation_position_mapping[formation_id_mapping[int(str(value))]]


def _positions(value: object) -> object:
    return [int(each) for each in str(value).split(", ")]


def _shot_time(value: object) -> object:
    return datetime.strptime(str(value), SHOT_TIME_FORMAT)  # noqa: DTZ007 - only the form is checked


_CHECKS: Mapping[int, Callable[[object], object]] = {
    **dict.fromkeys((102, 103, 140, 141, 146, 147, 321, 322), _number),
    FORMATION: _formation,
    POSITIONS: _positions,
    210: _optional_integer,
    374: _shot_time,
}
"""What reads the value of each qualifier that kloppy reads; raises for a value that kloppy refuses."""
