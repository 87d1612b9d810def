"""A figure: one measured value, with a peer's value if there is one."""

import statistics
from collections.abc import Mapping, Sequence

Figure = Mapping[str, object]


def figure(
    name: str,
    value: float,
    unit: str,
    *,
    peer: str | None = None,
    peer_value: float | None = None,
    higher_is_better: bool = False,
    **detail: object,
) -> Figure:
    """Return one line of output; `ratio` is how many times better the value is than the peer's."""
    ratio = None
    if peer_value is not None and value and peer_value:
        ratio = round(value / peer_value if higher_is_better else peer_value / value, 2)
    return {
        "figure": name,
        "value": round(value, 2),
        "unit": unit,
        "peer": peer,
        "peer_value": None if peer_value is None else round(peer_value, 2),
        "ratio": ratio,
        **detail,
    }


def paired_figure(
    name: str,
    unit: str,
    *,
    peer: str,
    pairs: Sequence[tuple[float, float]],
    **detail: object,
) -> Figure:
    """Return one line for values that were measured in turn with a peer's: medians, and ratios of the pairs.

    A pair is the own value and the peer's, of which the lower is better. `ratio_range` has the lowest and the
    highest ratio of a pair.
    """
    ratios = [peer_value / own for own, peer_value in pairs]
    line = figure(
        name,
        statistics.median(own for own, _ in pairs),
        unit,
        peer=peer,
        peer_value=statistics.median(peer_value for _, peer_value in pairs),
    )
    return {
        **line,
        "ratio": round(statistics.median(ratios), 2),
        "ratio_range": [round(min(ratios), 2), round(max(ratios), 2)],
        "rounds": len(pairs),
        **detail,
    }
