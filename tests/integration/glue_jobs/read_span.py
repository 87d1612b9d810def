"""Print what Spark reads: `python -m tests.integration.glue_jobs.read_span INPUT SINCE/UNTIL ...`."""

import json
import sys

from glue_jobs.arrival_span import UP_TO_DATE, WHOLE_HISTORY, parse_instant
from glue_jobs.spark_engine import JobArguments, SparkEngine, spark_session


def main(source: str, *spans: str) -> None:
    """Print the lines of each span, given as `SINCE/UNTIL`, as one JSON list of lists."""
    spark, read = spark_session("span"), []
    for span in spans:
        since, until = span.split("/")
        arguments = JobArguments(
            input=source,
            catalogue="",
            erased="",
            output="",
            since=parse_instant("since", since, open_end=WHOLE_HISTORY),
            until=parse_instant("until", until, open_end=UP_TO_DATE),
        )
        rows = SparkEngine(spark, arguments).clickstream().select("line").collect()
        read.append(sorted(row["line"] for row in rows))
    print(json.dumps(read))


if __name__ == "__main__":
    main(*sys.argv[1:])
