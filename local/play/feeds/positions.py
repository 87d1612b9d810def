"""Positions of entries: fractions of the pitch, seen by the side that acts."""

from collections.abc import Mapping
from typing import Any


def position(x: float, y: float) -> dict[str, float]:
    """Return the fields of a position; throw-ins and goal kicks may lie just outside the pitch."""
    return {"x": _on_pitch(x), "y": _on_pitch(y)}


def for_opponents(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an entry for the other side, with the position as that side sees it."""
    turned = {axis: round(1 - fields[axis], 4) for axis in ("x", "y") if axis in fields}
    return {**fields, "side": fields["side"].opponent, **turned}


def _on_pitch(fraction: float) -> float:
    return round(min(max(float(fraction), 0.0), 1.0), 4)
