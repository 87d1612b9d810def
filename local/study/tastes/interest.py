"""Interests: what kind of viewer somebody is. No trait tells it; only the viewer's taps do."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from zlib import crc32

from domain.cohort import AGE_BANDS
from domain.errors import InvalidFieldError
from domain.validation import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """A kind of viewer, and its share of the viewers of each age band."""

    name: str
    who: str
    shares: dict[str, float]
    supporters_only: bool = False

    @staticmethod
    def from_dict(value: object, path: str) -> "Interest":
        """Read an interest; raises InvalidFieldError that names the first wrong field."""
        reader = Reader(value, path)
        reader.refuse_others([each.name for each in fields(Interest)])
        shares = Reader(reader.mapping("shares"), reader.path("shares"))
        shares.refuse_others(AGE_BANDS)
        return Interest(
            name=reader.text("name"),
            who=reader.text("who"),
            shares={band: shares.number(band, minimum=0, maximum=1) for band in AGE_BANDS},
            supporters_only=reader.boolean("supporters_only"),
        )


def check_shares(interests: Sequence[Interest], path: str) -> None:
    """Raise InvalidFieldError unless the shares of each age band add up to 1."""
    for band in AGE_BANDS:
        total = sum(each.shares[band] for each in interests)
        if abs(total - 1) > 1e-9:
            raise InvalidFieldError(f"{path}.{band}", "shares that add up to 1", total)


def interest_of(
    interests: Sequence[Interest], viewer_id: str, *, age_band: str, is_supporter: bool
) -> Interest:
    """Return the viewer's interest: always the same for an id, by the shares of the age band.

    Interests of supporters are left out for others, and every share is the same for an unknown age.
    """
    possible = [each for each in interests if is_supporter or not each.supporters_only]
    shares = [each.shares.get(age_band, 1.0) for each in possible]
    left = crc32(viewer_id.encode()) / 2**32 * sum(shares)
    for interest, share in zip(possible, shares, strict=True):
        left -= share
        if left < 0:
            return interest
    return possible[-1]
