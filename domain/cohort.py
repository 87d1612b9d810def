"""Cohorts: viewers with the same traits share one recommendation."""

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
    """Traits by which viewers are grouped; missing traits are `unknown`.

    The campaign is called once per cohort of a match, so the number of cohorts is bounded whatever tokens
    claim: at most 54 per country (three teams including `unknown`, six age bands, three tiers).
    """

    favourite_team: str = UNKNOWN
    age_band: str = UNKNOWN
    country: str = UNKNOWN
    tier: str = UNKNOWN

    @staticmethod
    def from_claims(*, favourite_team: str, age_band: str, country: str, tier: str) -> "Cohort":
        """Build from token claims; every trait except the team is limited to its vocabulary."""
        return Cohort(
            favourite_team=favourite_team or UNKNOWN,
            age_band=_band(age_band),
            country=country if COUNTRY.fullmatch(country) else UNKNOWN,
            tier=tier if tier in TIERS else UNKNOWN,
        )

    def at_match_of(self, *teams: str) -> "Cohort":
        """Return the cohort at a match of these teams; any other favourite team becomes `unknown`."""
        return self if self.favourite_team in teams else replace(self, favourite_team=UNKNOWN)

    @property
    def key(self) -> str:
        """The cohort as one string, such as `Italy|25-34|IT|premium`."""
        traits = (self.favourite_team, self.age_band, self.country, self.tier)
        return "|".join(trait.replace("|", " ") for trait in traits)

    @property
    def pseudo_user_id(self) -> str:
        """The Personalize user that stands for the whole cohort."""
        return COHORT_USER_PREFIX + self.key

    @property
    def minimum_age(self) -> int:
        """The lowest age in years of the age band; 0 if it is unknown."""
        return _lowest_age(self.age_band)

    @staticmethod
    def from_key(key: str) -> "Cohort":
        """Build from `key`."""
        favourite_team, age_band, country, tier = key.split("|")
        return Cohort(favourite_team=favourite_team, age_band=age_band, country=country, tier=tier)


def _band(ages: str) -> str:
    """Return the highest band that starts at or below the lowest of these ages."""
    lowest = _lowest_age(ages)
    return next((band for band in reversed(AGE_BANDS) if _lowest_age(band) <= lowest), UNKNOWN)


def _lowest_age(ages: str) -> int:
    matched = AGES.fullmatch(ages)
    return int(matched.group(1)) if matched else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerTraits:
    """A viewer as described by the token: identity, cohort and consents."""

    viewer_id: str
    cohort: Cohort
    consents: frozenset[str] = field(default=frozenset())

    def at_match_of(self, *teams: str) -> "ViewerTraits":
        """Return the viewer with the cohort at a match of these teams."""
        return replace(self, cohort=self.cohort.at_match_of(*teams))
