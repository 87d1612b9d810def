"""The personas of the demo and the operators of its control room."""

from domain.cohort import UNKNOWN, Cohort, ViewerTraits
from domain.match import Match
from local.play.replay.persona import Persona


def personas(match: Match) -> list[Persona]:
    """Return four viewers of different cohorts: two supporters, a neutral and a minor."""
    return [
        _persona("Giulia", match.away.name, "25-34", "IT", "premium", "advertising"),
        _persona("Emre", match.home.name, "18-24", "TR", "free", "advertising"),
        _persona("Sam", UNKNOWN, "35-54", "GB", "premium", ""),
        _persona("Luca, 15", match.away.name, "13-17", "IT", "free", ""),
    ]


def describe_cohort(cohort: Cohort) -> str:
    """Return a cohort as people read it, such as `for Italy, 25-34, IT, premium`."""
    team = "neutral" if cohort.favourite_team == UNKNOWN else f"for {cohort.favourite_team}"
    return f"{team}, {cohort.age_band}, {cohort.country}, {cohort.tier}"


def operators() -> list[Persona]:
    """Return the personas who may use the control room."""
    return [
        Persona(name=name, traits=ViewerTraits(viewer_id=f"operator-{name.lower()}", cohort=Cohort()))
        for name in ("Olga", "Jan")
    ]


def _persona(name: str, team: str, age_band: str, country: str, tier: str, consents: str) -> Persona:
    cohort = Cohort(favourite_team=team, age_band=age_band, country=country, tier=tier)
    traits = ViewerTraits(
        viewer_id=f"persona-{name.split(',')[0].lower()}", cohort=cohort, consents=frozenset(consents.split())
    )
    return Persona(name=name, traits=traits, reports_impressions=True)
