"""Glue job that writes the popularity dataset."""

import sys

from glue_jobs.jobs import run_popularity
from glue_jobs.spark_engine import SparkEngine, job_arguments, spark_session


def main(argv: list[str]) -> None:
    """Run the job."""
    run_popularity(SparkEngine(spark_session("popularity"), job_arguments(argv)))


if __name__ == "__main__":
    main(sys.argv)
