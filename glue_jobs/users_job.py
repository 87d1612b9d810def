"""Glue job that writes the users dataset."""

import sys

from glue_jobs.jobs import run_users
from glue_jobs.spark_engine import SparkEngine, job_arguments, spark_session


def main(argv: list[str]) -> None:
    """Run the job."""
    run_users(SparkEngine(spark_session("users"), job_arguments(argv)))


if __name__ == "__main__":
    main(sys.argv)
