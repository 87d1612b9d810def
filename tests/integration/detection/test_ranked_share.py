"""What a viewer sees is ranked for the viewer or the cohort in at least nine tenths of each match.

First with a campaign that always answers, then within its rate, which 200 cohorts share.
"""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from benchmarks.rig.served_match import serve, spread_viewers
from domain.context import MatchContext, initial_context, merge
from domain.moment import Moment
from domain.salience import SALIENCE
from domain.subscription import Subscription
from local.play.demo.demo_match import load_demo_feed
from local.play.feeds.feed import Feed
from local.play.feeds.loading import load_feed
from local.play.replay.personas import personas
from stacks.config.stages import production
from tests.support.dispatch_rig import DispatchRig, dispatch_rig
from tests.support.fit_check import default_components, default_constraints
from tests.support.real_data import real_data
from tests.support.real_matches import MATCH_IDS, moments_of

RANKED = {"viewer", "cohort"}
LEAST_SHARE = 0.9
COHORTS = 200


def versions_of(feed: Feed) -> list[tuple[Moment, MatchContext]]:
    """Return each version of the match's context with the moment that made it."""
    context = initial_context(feed.match)
    versions = []
    for moment in moments_of(feed.match.id, feed.signals):
        merged = merge(context, feed.match, [moment])
        if merged is not None:
            context = merged
            versions.append((moment, merged))
    return versions


def rig_of(feed: Feed) -> DispatchRig:
    """Return a rig with the default catalogue and a campaign that always answers; the personas watch."""
    rig = dispatch_rig()
    rig.matches.matches[feed.match.id] = feed.match
    rig.catalogue.known = {component.id: component for component in default_components()}
    rig.catalogue.rules = default_constraints()
    rig.recommender.ranking = tuple(rig.catalogue.known)
    for number, persona in enumerate(personas(feed.match)):
        rig.connections.subscribe(
            Subscription(
                match_id=feed.match.id,
                connection_id=f"c{number:05d}",
                viewer=persona.traits,
                expires_at=rig.clock() + timedelta(hours=9),
            )
        )
    return rig


def are_ranked(placements: list[dict[str, Any]]) -> bool:
    return bool(placements) and {placed["rung"] for placed in placements} <= RANKED


def ranked_shares(feed: Feed) -> list[float]:
    """Return, for each persona, the share of play in which all that is on the screen was ranked for them."""
    rig, versions = rig_of(feed), versions_of(feed)
    ranked: defaultdict[int, float] = defaultdict(float)
    rig.preparation.request(
        initial_context(feed.match), [persona.traits.cohort for persona in personas(feed.match)]
    )
    rig.matches.contexts[feed.match.id] = initial_context(feed.match)
    rig.prepare()
    total = 0.0
    for (moment, context), (following, _) in pairwise(versions):
        rig.dispatch(context)
        seconds = max(0.0, (following.occurred_at - moment.occurred_at).total_seconds())
        valid = float(SALIENCE[context.headline.type].valid_seconds) if context.headline else seconds
        total += seconds
        for number in range(len(personas(feed.match))):
            message = rig.inbox(number)[-1]
            assert message["version"] == context.version
            ranked[number] += are_ranked(message["placements"]) * min(seconds, valid)
            ranked[number] += are_ranked(message["afterwards"]) * max(0.0, seconds - valid)
            rig.connections.set_last_version(feed.match.id, f"c{number:05d}", context.version)
        rig.prepare()
    return [seconds / total for seconds in ranked.values()]


def test_the_demos_match_is_ranked_for_every_persona() -> None:
    assert min(ranked_shares(load_demo_feed())) >= LEAST_SHARE


def test_the_demos_match_is_ranked_within_the_rate_of_the_campaign() -> None:
    assert_ranked_within_the_rate(load_demo_feed())


def assert_ranked_within_the_rate(feed: Feed) -> None:
    """Check what the personas see when 200 cohorts share the rate of production; they are served last."""
    watching = [persona.traits for persona in personas(feed.match)]
    others = spread_viewers(feed.match, COHORTS - len(watching))
    rate = production().personalize.match_transactions_per_second
    served = serve(feed, [*others, *watching], transactions_per_second=rate)
    assert served.busiest_second <= rate
    assert min(served.ranked[viewer.viewer_id] for viewer in watching) >= LEAST_SHARE
    assert min(served.ranked.values()) >= LEAST_SHARE


@pytest.mark.realdata
@pytest.mark.parametrize("match_id", MATCH_IDS)
def test_a_real_match_is_ranked_for_every_persona(match_id: str) -> None:
    feed = load_feed("wyscout", real_data(f"wyscout/{match_id}.json.gz"))
    assert min(ranked_shares(feed)) >= LEAST_SHARE


@pytest.mark.realdata
@pytest.mark.parametrize("match_id", MATCH_IDS)
def test_a_real_match_is_ranked_within_the_rate_of_the_campaign(match_id: str) -> None:
    assert_ranked_within_the_rate(load_feed("wyscout", real_data(f"wyscout/{match_id}.json.gz")))
