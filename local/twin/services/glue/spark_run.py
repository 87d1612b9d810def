"""Job runs on the local Spark, whose environment `spark_install` creates.

`python -m local.twin.services.glue.spark_run JOB INPUT CATALOGUE ERASED OUTPUT NOW`
"""

import sys

from glue_jobs.jobs import JOBS
from glue_jobs.spark_engine import JobArguments, SparkEngine, spark_session


class FixedClockEngine(SparkEngine):
    """The Spark engine with a fixed time."""

    def __init__(self, arguments: JobArguments, now_seconds: int) -> None:
        super().__init__(spark_session("local"), arguments)
        self._spark.sparkContext.setLogLevel("ERROR")
        self._now_seconds = now_seconds

    def now_seconds(self) -> int:
        """Return the run's fixed time."""
        return self._now_seconds


def main(jobs: str, source: str, catalogue: str, erased: str, output: str, now: str) -> None:
    """Run jobs, separated by commas; if there are several, each writes to its own folder of `output`."""
    for job in jobs.split(","):
        place = output if job == jobs else f"{output}/{job}"
        arguments = JobArguments(input=source, catalogue=catalogue, erased=erased, output=place)
        JOBS[job](FixedClockEngine(arguments, int(now)))


if __name__ == "__main__":
    main(*sys.argv[1:])
