"""The holdout and the trials as the dispatch carries them out and tells of them."""

import dataclasses

from domain.experiment import Experiment
from tests.unit.lambdas.conftest import House


def with_experiment(house: House, **shares: float) -> Experiment:
    experiment = Experiment(season="test", **shares)
    placing = dataclasses.replace(house.placing, experiment=experiment)
    house.dispatcher = dataclasses.replace(house.dispatcher, placing=placing)
    return experiment


def test_the_holdout_gets_the_answer_without_a_recommender_and_the_log_says_so(house: House):
    # GIVEN two hundred viewers of a cohort, a fifth of whom is held out
    house.follow(*range(200), teams=1)
    experiment = with_experiment(house, holdout_share=0.2)
    held = {number for number in range(200) if experiment.holds_out(f"viewer-{number}")}
    assert 20 < len(held) < 60
    # WHEN a version is dispatched
    house.dispatch()
    # THEN they see the editorial default, everybody else what the campaign says
    rungs = {number: house.inbox(number)[0]["rung"] for number in range(200)}
    assert {number for number, rung in rungs.items() if rung == "editorial"} == held
    assert {rung for number, rung in rungs.items() if number not in held} == {"cohort"}
    by_arm = {decision["holdout"]: decision["viewers"] for decision in house.decisions.decisions}
    assert by_arm == {True: len(held), False: 200 - len(held)}


def test_a_cohort_that_is_held_out_as_a_whole_costs_no_recommendation(house: House):
    house.follow(1, 2, 3)
    with_experiment(house, holdout_share=1.0)
    house.dispatch()
    assert house.recommender.asked == []


def test_a_slot_that_tries_something_is_logged_with_its_propensity_and_tries_the_same_again(house: House):
    house.follow(*range(40), teams=40)
    with_experiment(house, trial_share=0.5)
    context = house.context()
    house.dispatch(context)
    first = [decision["placements"] for decision in house.decisions.decisions]
    tried = [each for placements in first for each in placements if len(each["pool"]) > 1]
    assert {each["propensity"] for each in tried} <= {0.75, 0.25}
    assert all(each["component_id"] in each["pool"] for each in tried)
    # WHEN the same task is delivered to another environment
    house.decisions.decisions.clear()
    house.ledger.checkpoints.clear()
    house.ladder._known.clear()
    house.dispatch(context)
    assert [decision["placements"] for decision in house.decisions.decisions] == first
