"""A twin that runs the training state machine, with fake Glue jobs whose datasets the tests write."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.twin.twin import Twin
from tests.integration.training.rig import BUCKET, FinishedJobs, Planners, TrainingRig
from tests.support.small_assembly import SmallAssembly


@pytest.fixture(scope="package")
def jobs() -> FinishedJobs:
    return FinishedJobs()


@pytest.fixture(scope="package")
def planners() -> Planners:
    return Planners()


@pytest.fixture(scope="package")
def twin(tmp_path_factory: pytest.TempPathFactory, jobs: FinishedJobs, planners: Planners) -> Iterator[Twin]:
    assembly = SmallAssembly(tmp_path_factory.mktemp("training") / "cdk.out")
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}}
    assembly.stack("DataStack", {"Resources": {"Curated": bucket}})
    with Twin.start(Path(assembly.write())) as running:
        running.replace_service("glue", jobs)
        running.replace_service("lambda", planners)
        yield running


@pytest.fixture(autouse=True)
def no_faults(twin: Twin, jobs: FinishedJobs) -> Iterator[None]:
    """Forget what a test lets the jobs do, and the faults of Personalize."""
    yield
    jobs.write_interactions = lambda _arguments: None
    jobs.failure = None
    twin.personalize.faults.clear()


@pytest.fixture
def rig(twin: Twin, jobs: FinishedJobs, planners: Planners) -> TrainingRig:
    return TrainingRig(twin=twin, jobs=jobs, planners=planners)
