"""The viewers who share the traits that matter, so that one recommendation serves them all."""

import re
from dataclasses import dataclass, field, replace

COHORT_USER_PREFIX = "cohort:"
UNKNOWN = "unknown"
AGE_BANDS = ("13-17", "18-24", "25-34", "35-54", "55+")
TIERS = ("free", "premium")
COUNTRY = re.compile("[A-Z]{2}")
"""ISO 3166-1 alpha-2."""
AGES = re.compile(r"(\d{1,3})(-\d{1,3}|\+)", re.ASCII)


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Cohort:
    """Traits by which viewers are grouped; what a token does not tell is `unknown`.

    A campaign is asked once for each cohort of a match, so they must stay few whatever tokens tell: in one
    country at most 54 (three teams with `unknown`, six ages, three tiers).
    """

    favourite_team: str = UNKNOWN
    age_band: str = UNKNOWN
    country: str = UNKNOWN
    tier: str = UNKNOWN

    @staticmethod
    def told(*, favourite_team: str, age_band: str, country: str, tier: str) -> "Cohort":
        """The cohort of a viewer of whom a token tells this, each trait but the team by its vocabulary."""
        return Cohort(
            favourite_team=favourite_team or UNKNOWN,
            age_band=_band(age_band),
            country=country if COUNTRY.fullmatch(country) else UNKNOWN,
            tier=tier if tier in TIERS else UNKNOWN,
        )

    def at_match_of(self, *teams: str) -> "Cohort":
        """The cohort at a match of these teams: who supports another supports none that is known here."""
        return self if self.favourite_team in teams else replace(self, favourite_team=UNKNOWN)

    @property
    def key(self) -> str:
        """One key for the cohort, such as `Italy|25-34|IT|premium`."""
        traits = (self.favourite_team, self.age_band, self.country, self.tier)
        return "|".join(trait.replace("|", " ") for trait in traits)

    @property
    def pseudo_user_id(self) -> str:
        """The user under which Personalize learns the cohort's taste."""
        return COHORT_USER_PREFIX + self.key

    @property
    def minimum_age(self) -> int:
        """The least age in years that the age band vouches for; 0 when it is unknown."""
        return _least_age(self.age_band)

    @staticmethod
    def from_key(key: str) -> "Cohort":
        """The inverse of `key`."""
        favourite_team, age_band, country, tier = key.split("|")
        return Cohort(favourite_team=favourite_team, age_band=age_band, country=country, tier=tier)


def _band(ages: str) -> str:
    """The band of the least age that these ages vouch for: it vouches for no more than they do."""
    least = _least_age(ages)
    return next((band for band in reversed(AGE_BANDS) if _least_age(band) <= least), UNKNOWN)


def _least_age(ages: str) -> int:
    matched = AGES.fullmatch(ages)
    return int(matched.group(1)) if matched else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerTraits:
    """A viewer as the token describes them: identity, cohort and the consents given."""

    viewer_id: str
    cohort: Cohort
    consents: frozenset[str] = field(default=frozenset())
