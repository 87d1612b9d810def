"""A stage that adopts a dataset group with a history does not replace it without an explicit word."""

from local.twin.twin import Twin
from stacks.training.import_mode import ImportMode
from tests.integration.training.rig import FinishedJobs, Planners, TrainingRig
from tests.support.personalize_data import interactions

HISTORY = [{**row, "RECOMMENDATION_ID": f"history-{at}"} for at, row in enumerate(interactions(3000))]
NEW = [{**row, "RECOMMENDATION_ID": f"new-{at}"} for at, row in enumerate(interactions(3000, seed=2))]
HISTORY_IDS = sorted(row["RECOMMENDATION_ID"] for row in HISTORY)
NEW_IDS = sorted(row["RECOMMENDATION_ID"] for row in NEW)


def adopting(
    twin: Twin, jobs: FinishedJobs, planners: Planners, *, allows_full_imports: bool = False
) -> TrainingRig:
    """Return a stage that adopts a group with a history, and has new interactions."""
    rig = TrainingRig(
        twin=twin,
        jobs=jobs,
        planners=planners,
        default_import_mode=ImportMode.NONE,
        allows_full_imports=allows_full_imports,
    )
    rig.import_history(HISTORY)
    rig.write_dataset("interactions", NEW)
    return rig


def test_a_scheduled_training_imports_nothing_into_an_adopted_group(
    twin: Twin, jobs: FinishedJobs, planners: Planners
) -> None:
    rig = adopting(twin, jobs, planners)
    # WHEN the schedule or an upload starts a training, whose input is empty
    execution = rig.train()
    # THEN it trains on the history
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    assert rig.jobs.arguments["popularity"]["--since"] == "always"
    assert sorted(rig.interactions()) == HISTORY_IDS


def test_a_stage_without_a_clickstream_trains_on_the_history_of_an_adopted_group(
    twin: Twin, jobs: FinishedJobs, planners: Planners
) -> None:
    rig = adopting(twin, jobs, planners)
    # GIVEN that the popularity table cannot be computed
    jobs.failure = "the clickstream is empty"
    execution = rig.train()
    jobs.failure = None
    # THEN the training does not need it
    assert execution["status"] == "SUCCEEDED", execution.get("cause")


def test_an_increment_adds_to_the_history_of_an_adopted_group(
    twin: Twin, jobs: FinishedJobs, planners: Planners
) -> None:
    rig = adopting(twin, jobs, planners)
    # GIVEN that nobody has said where the first increment begins
    assert "give importSince, an instant or always" in rig.train(importMode="INCREMENTAL")["cause"]
    assert sorted(rig.interactions()) == HISTORY_IDS
    # WHEN an operator says so
    execution = rig.train(importMode="INCREMENTAL", importSince="always")
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    assert sorted(rig.interactions()) == sorted([*HISTORY_IDS, *NEW_IDS])
    # THEN later increments begin where it ended
    assert rig.jobs.arguments["users"]["--since"] == "always"
    assert rig.train(importMode="INCREMENTAL")["status"] == "SUCCEEDED"
    assert rig.jobs.arguments["users"]["--since"] != "always"


def test_a_full_import_into_an_adopted_group_is_refused(
    twin: Twin, jobs: FinishedJobs, planners: Planners
) -> None:
    rig = adopting(twin, jobs, planners)
    # WHEN an operator asks for a full import, which the stage does not allow
    execution = rig.train(importMode="FULL")
    # THEN nothing is replaced, and the reason says which word is missing
    assert execution["status"] == "FAILED"
    assert "personalize.adopted.full_import_replaces_history" in execution["cause"]
    assert sorted(rig.interactions()) == HISTORY_IDS


def test_the_explicit_word_allows_a_full_import(twin: Twin, jobs: FinishedJobs, planners: Planners) -> None:
    rig = adopting(twin, jobs, planners, allows_full_imports=True)
    assert rig.train(importMode="FULL")["status"] == "SUCCEEDED"
    assert sorted(rig.interactions()) == NEW_IDS


def test_an_import_mode_that_does_not_exist_imports_nothing(
    twin: Twin, jobs: FinishedJobs, planners: Planners
) -> None:
    rig = adopting(twin, jobs, planners, allows_full_imports=True)
    execution = rig.train(importMode="incremental")
    assert execution["cause"] == "importMode: expected one of FULL, INCREMENTAL, NONE; got incremental"
    assert sorted(rig.interactions()) == HISTORY_IDS
