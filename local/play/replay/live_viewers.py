"""The viewers who watch a replay live."""

import numpy as np

from domain.cohort import UNKNOWN, ViewerTraits
from domain.match import Match
from local.play.replay.viewer_spec import ViewerSpec
from local.study.simulator.population import draw_consents, make_population


def live_viewers(match: Match, count: int, *, seed: int = 1) -> list[ViewerSpec]:
    """Return viewers of a match, the same for the same count and seed."""
    rng = np.random.default_rng(seed)
    teams = (match.home.name, match.away.name, UNKNOWN)
    population = make_population(count, teams=teams, rng=rng, prefix=f"{match.id}-viewer")
    consents = draw_consents(count, rng)
    return [
        ViewerSpec(
            traits=ViewerTraits(
                viewer_id=viewer_id,
                cohort=population.cohort_of(at),
                consents=consents[at],
            ),
            match_id=match.id,
        )
        for at, viewer_id in enumerate(population.viewer_ids)
    ]
