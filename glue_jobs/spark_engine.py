"""The engine in Glue: Spark reads from and writes to S3."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pyspark.sql import DataFrame, DataFrameReader, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from glue_jobs.arrival import UP_TO_DATE, WHOLE_HISTORY, instant
from glue_jobs.transforms.clickstream import UNREADABLE, raw_fields

PARQUET_SCHEMA = (
    "interaction_id string, match_id string, viewer_id string, cohort string, session_id string, type string,"
    " component_id string, recommendation_id string, version int, occurred_at string,"
    " impression array<string>, columns map<string,string>"
)
"""The columns of Firehose's files that the jobs read; a file from before one of them has it null."""
CATALOGUE_SCHEMA = (
    "components array<struct<id: string, type: string, slot: string,"
    " categories: array<string>, partner: string>>"
)
"""What the jobs read of the catalogue; a column that no component has is null."""
LINES = "*.{json,jsonl,json.gz,jsonl.gz}"
A_MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobArguments:
    """Where a job reads and writes; and when a file must have arrived: `since` an instant and before `until`.

    Either may be left open. Instants are of UTC; a time of day without a zone is too.
    """

    input: str
    catalogue: str
    output: str
    since: datetime | None = None
    until: datetime | None = None


def job_arguments(argv: list[str]) -> JobArguments:
    """The job's arguments as Glue passes them; an argument that is missing ends the job and names itself."""
    from awsglue.utils import getResolvedOptions

    given = getResolvedOptions(argv, ["input", "catalogue", "output", "since", "until"])
    return JobArguments(
        input=given["input"],
        catalogue=given["catalogue"],
        output=given["output"],
        since=instant("since", given["since"], but=WHOLE_HISTORY),
        until=instant("until", given["until"], but=UP_TO_DATE),
    )


def spark_session(name: str) -> SparkSession:
    """A session in UTC that survives files that were cut off while they were written."""
    return (
        SparkSession.builder.appName(name)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.files.ignoreCorruptFiles", "true")
        .config("spark.sql.files.ignoreMissingFiles", "true")
        .config("spark.sql.adaptive.enabled", "true")
        # A folder that Personalize imports has the files of the dataset in it, and nothing else.
        .config("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .getOrCreate()
    )


class SparkEngine:
    """Reads the raw clickstream and the catalogue, writes one dataset."""

    def __init__(self, spark: SparkSession, arguments: JobArguments) -> None:
        self._spark = spark
        self._arguments = arguments

    def now_seconds(self) -> int:
        """The present time."""
        return int(time.time())

    @property
    def incremental(self) -> bool:
        """Whether files from before some instant are left out."""
        return self._arguments.since is not None

    def clickstream(self) -> DataFrame:
        """Every line and every row below the input."""
        return self._lines().unionByName(self._rows()).unionByName(self._unreadable())

    def _files(self, pattern: str) -> DataFrameReader:
        reader = self._spark.read.option("recursiveFileLookup", "true").option("pathGlobFilter", pattern)
        # Spark leaves out both ends of a span; an instant that ends one run's has to begin the next one's.
        if self._arguments.since:
            reader = reader.option("modifiedAfter", _spark_time(self._arguments.since - A_MOMENT))
        if self._arguments.until:
            reader = reader.option("modifiedBefore", _spark_time(self._arguments.until))
        return reader

    def _rows(self) -> DataFrame:
        rows = self._files("*.parquet").schema(PARQUET_SCHEMA).parquet(self._arguments.input)
        special = {"impression": F.to_json("impression")}
        return rows.select(
            F.lit(None).cast("string").alias("line"),
            F.lit(True).alias("is_json"),
            F.lit(None).cast("string").alias("unread"),
            *(
                (
                    F.col("columns")[name]
                    if path.startswith("$.columns.")
                    else special.get(name, F.col(name)).cast("string")
                ).alias(name)
                for name, path in raw_fields().items()
            ),
        )

    def _unreadable(self) -> DataFrame:
        """Files of which no row could be read, because their end is missing; each is one line, its name."""
        there = self._files("*.parquet").format("binaryFile").load(self._arguments.input).select("path")
        rows = self._files("*.parquet").schema(PARQUET_SCHEMA).parquet(self._arguments.input)
        # Spark tells the path of a row as a URL, in which a plus stands for itself.
        url = F.regexp_replace(F.col("_metadata.file_path"), "[+]", "%2B")
        read = rows.select(F.url_decode(url).alias("path")).distinct()
        missing = there.join(read, on="path", how="left_anti")
        return missing.select(
            F.element_at(F.split("path", "/"), -1).alias("line"),
            F.lit(False).alias("is_json"),
            F.lit(UNREADABLE).alias("unread"),
            *(F.lit(None).cast("string").alias(name) for name in raw_fields()),
        )

    def _lines(self) -> DataFrame:
        lines = self._files(LINES).text(self._arguments.input)
        line = F.col("value")
        is_object = F.get_json_object(line, "$").isNotNull() & line.rlike(r"^\s*\{")
        documents = lines.select(line.alias("line"), F.when(is_object, line).alias("document"))
        return documents.select(
            "line",
            F.col("document").isNotNull().alias("is_json"),
            F.lit(None).cast("string").alias("unread"),
            *(F.get_json_object("document", path).alias(name) for name, path in raw_fields().items()),
        )

    def components(self) -> DataFrame:
        """The components of the catalogue."""
        reader = self._spark.read.option("multiLine", "true").schema(CATALOGUE_SCHEMA)
        document = reader.json(self._arguments.catalogue)
        component = document.select(F.explode("components").alias("component"))
        return component.select(
            F.col("component.id").alias("component_id"),
            F.col("component.type").alias("type"),
            F.col("component.slot").alias("slot"),
            F.concat_ws("|", F.array_sort("component.categories")).alias("categories"),
            F.col("component.partner").alias("partner"),
        )

    def keep(self, frame: DataFrame) -> DataFrame:
        """Computed at once, and kept by the workers without the plan that led to it.

        What is only cached keeps its plan, which grows with every use: with that of the popularity table,
        which uses the judged lines twelve times, the four jobs took minutes and five gigabytes for a few
        thousand lines, and failed. A worker that is lost takes its part with it; the run fails then.
        """
        return frame.localCheckpoint()

    def named(self, frame: DataFrame) -> DataFrame:
        """Computed at once too: what Spark computes when it is asked for, it computes at every use."""
        return self.keep(frame)

    def write(self, frame: DataFrame) -> None:
        """In place of what an earlier run left."""
        frame.write.mode("overwrite").option("header", "true").option("escape", '"').csv(
            self._arguments.output
        )

    def write_beside(self, frame: DataFrame, name: str) -> None:
        """In place of what an earlier run left."""
        frame.write.mode("overwrite").json(self._beside(name))

    def write_document(self, document: dict[str, Any], name: str) -> None:
        """In place of what an earlier run left."""
        frame = self._spark.createDataFrame([(json.dumps(document),)], "value string")
        frame.coalesce(1).write.mode("overwrite").text(self._beside(name))

    def _beside(self, name: str) -> str:
        return f"{self._arguments.output.rstrip('/')}-{name}/"


def _spark_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
