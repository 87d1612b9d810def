"""Glue job that writes the items dataset."""

import sys

from glue_jobs.jobs import run_items
from glue_jobs.spark_engine import SparkEngine, job_arguments, spark_session


def main(argv: list[str]) -> None:
    """Run the job."""
    run_items(SparkEngine(spark_session("items"), job_arguments(argv)))


if __name__ == "__main__":
    main(sys.argv)
