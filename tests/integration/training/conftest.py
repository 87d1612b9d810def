"""A twin that runs the training state machine, with fake Glue jobs whose datasets the tests write."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.twin.twin import Twin
from tests.integration.training.rig import BUCKET, FinishedJobs, TrainingRig
from tests.integration.twin.small_assembly import SmallAssembly


@pytest.fixture(scope="package")
def jobs() -> FinishedJobs:
    return FinishedJobs()


@pytest.fixture(scope="package")
def twin(tmp_path_factory: pytest.TempPathFactory, jobs: FinishedJobs) -> Iterator[Twin]:
    assembly = SmallAssembly(tmp_path_factory.mktemp("training") / "cdk.out")
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}}
    assembly.stack("DataStack", {"Resources": {"Curated": bucket}})
    with Twin.start(Path(assembly.write())) as running:
        running.replace_service("glue", jobs)
        yield running


@pytest.fixture
def rig(twin: Twin, jobs: FinishedJobs) -> Iterator[TrainingRig]:
    yield TrainingRig(twin=twin, jobs=jobs)
    jobs.failure = None
    twin.personalize.faults.clear()
