"""The viewers who share the traits that matter, so that one recommendation serves them all."""

import re
from dataclasses import dataclass, field

COHORT_USER_PREFIX = "cohort:"
UNKNOWN = "unknown"
AGE_BAND = re.compile(r"(\d{1,3})(-\d{1,3}|\+)")


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Cohort:
    """Traits by which viewers are grouped; what a token does not tell is `unknown`."""

    favourite_team: str = UNKNOWN
    age_band: str = UNKNOWN
    country: str = UNKNOWN
    tier: str = UNKNOWN

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
        matched = AGE_BAND.fullmatch(self.age_band)
        return int(matched.group(1)) if matched else 0

    @staticmethod
    def from_key(key: str) -> "Cohort":
        """The inverse of `key`."""
        favourite_team, age_band, country, tier = key.split("|")
        return Cohort(favourite_team=favourite_team, age_band=age_band, country=country, tier=tier)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerTraits:
    """A viewer as the token describes them: identity, cohort and the consents given."""

    viewer_id: str
    cohort: Cohort
    consents: frozenset[str] = field(default=frozenset())
