"""A figure: one measured value, with a peer's value if there is one."""

from collections.abc import Mapping

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
