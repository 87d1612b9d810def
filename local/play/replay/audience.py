"""The viewers of a replay: cohorts in fixed shares, the same for the same number and seed."""

from random import Random

from domain.cohort import AGE_BANDS, TIERS, UNKNOWN, Cohort, ViewerTraits
from domain.match import Match
from local.play.replay.viewer_spec import Behaviour, ViewerSpec

AGE_SHARES = (8, 22, 30, 28, 12)
COUNTRIES = ("IT", "TR", "GB", "DE")
COUNTRY_SHARES = (35, 30, 20, 15)
TIER_SHARES = (70, 30)
NEUTRAL_SHARE = 0.2
CONSENT_SHARE = 0.8


def audience(match: Match, viewers: int, *, seed: int = 1) -> list[ViewerSpec]:
    """Return live viewers of a match, spread over at most 120 cohorts."""
    rng = Random(seed)
    return [
        ViewerSpec(traits=_viewer(match, number, rng), match_id=match.id, behaviour=Behaviour.LIVE)
        for number in range(viewers)
    ]


def _viewer(match: Match, number: int, rng: Random) -> ViewerTraits:
    team = UNKNOWN if rng.random() < NEUTRAL_SHARE else rng.choice((match.home.name, match.away.name))
    cohort = Cohort(
        favourite_team=team,
        age_band=rng.choices(AGE_BANDS, AGE_SHARES)[0],
        country=rng.choices(COUNTRIES, COUNTRY_SHARES)[0],
        tier=rng.choices(TIERS, TIER_SHARES)[0],
    )
    consents = frozenset({"advertising"}) if rng.random() < CONSENT_SHARE else frozenset[str]()
    return ViewerTraits(viewer_id=f"{match.id}-viewer-{number}", cohort=cohort, consents=consents)
