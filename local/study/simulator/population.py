"""The simulated population: viewers spread over cohorts. The simulator, the replay and the demo share it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.cohort import AGE_BANDS, TIERS, Cohort

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

AGE_SHARES = (0.05, 0.25, 0.3, 0.25, 0.15)
COUNTRIES = ("IT", "TR", "GB", "DE")
TIER_SHARES = (0.7, 0.3)
HOME_COUNTRY_SHARE = 0.8
"""The share of a team's supporters who are drawn from its country; the rest are from anywhere."""
CONSENT_SHARE = 0.8
CONSENTS = frozenset({"advertising"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Viewers by number; `cohort` holds each viewer's index into `cohorts`."""

    cohorts: tuple[Cohort, ...]
    cohort: Ints
    viewer_ids: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.viewer_ids)

    def cohort_of(self, viewer: int) -> Cohort:
        """Return the cohort of a viewer."""
        return self.cohorts[int(self.cohort[viewer])]


def make_population(
    count: int,
    *,
    teams: tuple[str, ...],
    rng: np.random.Generator,
    prefix: str = "viewer",
    countries_of_teams: Mapping[str, str] | None = None,
) -> Population:
    """Draw viewers: teams and countries evenly, age bands and tiers by their shares.

    Most supporters of a team in `countries_of_teams` are from its country.
    """
    team = rng.integers(0, len(teams), count)
    age = rng.choice(len(AGE_BANDS), count, p=AGE_SHARES)
    country = rng.integers(0, len(COUNTRIES), count)
    tier = rng.choice(len(TIERS), count, p=TIER_SHARES)
    for name, its_country in (countries_of_teams or {}).items():
        at_home = (rng.random(count) < HOME_COUNTRY_SHARE) & (team == teams.index(name))
        country[at_home] = COUNTRIES.index(its_country)
    key = ((team * len(AGE_BANDS) + age) * len(COUNTRIES) + country) * len(TIERS) + tier
    present, cohort = np.unique(key, return_inverse=True)
    return Population(
        cohorts=tuple(_cohort(int(each), teams) for each in present),
        cohort=cohort.astype(np.int64),
        viewer_ids=tuple(f"{prefix}-{at:06}" for at in range(count)),
    )


def draw_consents(count: int, rng: np.random.Generator) -> list[frozenset[str]]:
    """Draw the consents of viewers: most have consented to adverts."""
    return [CONSENTS if consented else frozenset[str]() for consented in rng.random(count) < CONSENT_SHARE]


def _cohort(key: int, teams: tuple[str, ...]) -> Cohort:
    key, tier = divmod(key, len(TIERS))
    key, country = divmod(key, len(COUNTRIES))
    team, age = divmod(key, len(AGE_BANDS))
    return Cohort(
        favourite_team=teams[team], age_band=AGE_BANDS[age], country=COUNTRIES[country], tier=TIERS[tier]
    )
