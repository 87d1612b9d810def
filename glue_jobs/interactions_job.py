"""Glue job that writes the interactions dataset."""

import sys

from glue_jobs.jobs import run_interactions
from glue_jobs.spark_engine import SparkEngine, job_arguments, spark_session


def main(argv: list[str]) -> None:
    """Run the job."""
    run_interactions(SparkEngine(spark_session("interactions"), job_arguments(argv)))


if __name__ == "__main__":
    main(sys.argv)
