"""Jobs on real Spark, in a process of their own, at a given time."""

import sys

from glue_jobs.spark_engine import JobArguments, SparkEngine, spark_session
from glue_jobs.steps import STEPS


class FixedClockEngine(SparkEngine):
    """Spark at a given time."""

    fixed_seconds = 0

    def now_seconds(self) -> int:
        return self.fixed_seconds


def main(jobs: str, source: str, catalogue: str, output: str, now: str) -> None:
    spark = spark_session("parity")
    spark.sparkContext.setLogLevel("ERROR")
    for job in jobs.split(","):
        arguments = JobArguments(input=source, catalogue=catalogue, output=f"{output}/{job}")
        engine = FixedClockEngine(spark, arguments)
        engine.fixed_seconds = int(now)
        STEPS[job](engine)


if __name__ == "__main__":
    main(*sys.argv[1:])
