"""Expected threat: how likely play from a zone leads to a goal.

K. Singh, "Introducing Expected Threat" (2018), https://karun.in/blog/expected-threat.html: a Markov chain
over 12 by 8 zones. His table is published without a licence, so the values are computed from the matches of
the study; each match is measured with those of the others.
"""

from collections.abc import Iterable

import numpy as np

from local.study.momentum.located_match import Floats, LocatedEntry, LocatedMatch

LENGTHWISE, ACROSS = 12, 8
ZONES = LENGTHWISE * ACROSS
ROUNDS = 30
PRIOR_SHOTS, PRIOR_GOALS = 2.0, 0.2
"""One shot in ten scores; zones with few shots stay near that."""


def zone_of(entry: LocatedEntry) -> int:
    """Return the zone of an entry."""
    lengthwise = min(int(entry.x * LENGTHWISE), LENGTHWISE - 1)
    return lengthwise * ACROSS + min(int(entry.y * ACROSS), ACROSS - 1)


def zone_values(matches: Iterable[LocatedMatch]) -> Floats:
    """Return the expected threat of each zone; the left and the right of the pitch count alike."""
    moves, shots, goals, visits = np.zeros((ZONES, ZONES)), np.zeros(ZONES), np.zeros(ZONES), np.zeros(ZONES)
    for match in matches:
        for entry, following in match.pairs():
            zone = zone_of(entry)
            visits[zone] += 1
            if entry.is_shot:
                shots[zone] += 1
                goals[zone] += entry.is_goal
            elif following.side == entry.side:
                moves[zone, zone_of(following)] += 1
    mirrored = np.arange(ZONES).reshape(LENGTHWISE, ACROSS)[:, ::-1].ravel()
    moves += moves[np.ix_(mirrored, mirrored)]
    shots, goals, visits = (each + each[mirrored] for each in (shots, goals, visits))
    played = np.maximum(visits, 1)
    score = np.where(shots > 0, (goals + PRIOR_GOALS) / (shots + PRIOR_SHOTS), 0.0)
    values = np.zeros(ZONES)
    for _ in range(ROUNDS):
        values = shots / played * score + (moves / played[:, None]) @ values
    return values
