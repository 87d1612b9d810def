"""Glue job that exports or erases what the objects of S3 hold about one viewer.

The workers share the objects: there may be far more than one machine can read within a Lambda's quarter hour.
"""

import sys
from collections.abc import Iterator

import boto3
from awsglue.utils import getResolvedOptions

from glue_jobs.spark_engine import spark_session
from glue_jobs.viewer_objects import (
    Outcome,
    Version,
    parse_places,
    read_request,
    serve_version,
    versions,
    write_result,
)

VERSIONS_PER_TASK = 20


def main(argv: list[str]) -> None:
    """Run the job."""
    given = getResolvedOptions(argv, ["request", "places"])
    folder = given["request"]
    s3 = boto3.client("s3")
    request, places = read_request(s3, folder), parse_places(s3, given["places"])

    def serve(part: Iterator[Version]) -> Iterator[Outcome]:
        client = boto3.client("s3")
        return (serve_version(client, version, request, folder) for version in part)

    found = list(versions(s3, places, old=request.erases))
    tasks = max(1, len(found) // VERSIONS_PER_TASK)
    context = spark_session("viewer-request").sparkContext
    write_result(s3, folder, places, context.parallelize(found, tasks).mapPartitions(serve).collect())


if __name__ == "__main__":
    main(sys.argv)
