"""The holdout and trials in a dispatch and its decisions."""

import dataclasses

from domain.experiment import Experiment
from tests.support.dispatch_rig import DispatchRig


def with_experiment(rig: DispatchRig, **shares: float) -> Experiment:
    experiment = Experiment(season="test", **shares)
    placement_finder = dataclasses.replace(rig.placement_finder, experiment=experiment)
    rig.dispatcher = dataclasses.replace(rig.dispatcher, placement_finder=placement_finder)
    return experiment


def test_the_holdout_gets_no_recommendations_and_is_logged(rig: DispatchRig) -> None:
    # GIVEN two hundred viewers of a cohort and a holdout share of a fifth
    rig.follow(*range(200), teams=1)
    experiment = with_experiment(rig, holdout_share=0.2)
    held = {number for number in range(200) if experiment.holds_out(f"viewer-{number}")}
    assert 20 < len(held) < 60
    # WHEN a version is dispatched
    rig.dispatch()
    # THEN the holdout gets the editorial default, the others the campaign's recommendation
    rungs = {number: rig.inbox(number)[0]["rung"] for number in range(200)}
    assert {number for number, rung in rungs.items() if rung == "editorial"} == held
    assert {rung for number, rung in rungs.items() if number not in held} == {"cohort"}
    by_arm = {decision["holdout"]: decision["viewers"] for decision in rig.decisions.decisions}
    assert by_arm == {True: len(held), False: 200 - len(held)}


def test_a_cohort_of_holdout_viewers_makes_no_campaign_call(rig: DispatchRig) -> None:
    rig.follow(1, 2, 3)
    with_experiment(rig, holdout_share=1.0)
    rig.dispatch()
    assert rig.recommender.asked == []


def test_a_trial_is_logged_with_its_propensity_and_is_repeatable(rig: DispatchRig) -> None:
    rig.follow(*range(40), teams=40)
    with_experiment(rig, trial_share=0.5)
    context = rig.context()
    rig.dispatch(context)
    first = [decision["placements"] for decision in rig.decisions.decisions]
    tried = [each for placements in first for each in placements if len(each["pool"]) > 1]
    assert {each["propensity"] for each in tried} <= {0.75, 0.25}
    assert all(each["component_id"] in each["pool"] for each in tried)
    # WHEN another execution environment repeats the task
    rig.decisions.decisions.clear()
    rig.ledger.checkpoints.clear()
    rig.ladder.memory.clear()
    rig.dispatch(context)
    assert [decision["placements"] for decision in rig.decisions.decisions] == first
