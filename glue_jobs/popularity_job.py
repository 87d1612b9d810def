"""Glue job: arguments, extract, transform, load of the popularity dataset."""

import sys

from glue_jobs.spark_engine import SparkEngine, job_arguments, spark_session
from glue_jobs.steps import run_popularity


def main(argv: list[str]) -> None:
    """Run the job."""
    run_popularity(SparkEngine(spark_session("popularity"), job_arguments(argv)))


if __name__ == "__main__":
    main(sys.argv)
