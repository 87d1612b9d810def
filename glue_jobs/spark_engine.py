"""The engine in Glue: Spark, which reads from and writes to S3."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pyspark.sql import DataFrame, DataFrameReader, SparkSession
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.utils import AnalysisException

from glue_jobs.arrival_span import INCREMENTAL, UP_TO_DATE, WHOLE_HISTORY, parse_instant
from glue_jobs.transforms.clickstream import UNREADABLE, raw_fields

PARQUET_SCHEMA = (
    "interaction_id string, match_id string, viewer_id string, cohort string, session_id string, type string,"
    " component_id string, recommendation_id string, version int, occurred_at string,"
    " received_at string, impression array<string>, columns map<string,string>, weight double"
)
"""The columns of Firehose's files that the jobs read; null in files that lack them."""
CATALOGUE_SCHEMA = (
    "components array<struct<id: string, type: string, slot: string,"
    " categories: array<string>, partner: string>>"
)
"""The fields of the catalogue that the jobs read; null where a component lacks them."""
TOMBSTONE_SCHEMA = "viewer_hash string, erased_at bigint"
JSON_LINES_FILES = "*.{json,jsonl,json.gz,jsonl.gz}"
ONE_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobArguments:
    """Where a job reads and writes, and the span of arrival times of its files: `since` and before `until`.

    None leaves an end open.
    """

    input: str
    catalogue: str
    erased: str
    output: str
    since: datetime | None = None
    until: datetime | None = None
    incremental: bool = False


def job_arguments(argv: list[str]) -> JobArguments:
    """Return the job's arguments as Glue passes them; a missing argument ends the job and is named."""
    from awsglue.utils import getResolvedOptions

    given = getResolvedOptions(
        argv, ["input", "catalogue", "erased", "output", "import_mode", "since", "until"]
    )
    return JobArguments(
        input=given["input"],
        catalogue=given["catalogue"],
        erased=given["erased"],
        output=given["output"],
        since=parse_instant("since", given["since"], open_end=WHOLE_HISTORY),
        until=parse_instant("until", given["until"], open_end=UP_TO_DATE),
        incremental=given["import_mode"] == INCREMENTAL,
    )


def spark_session(name: str) -> SparkSession:
    """Return a session in UTC that skips truncated files."""
    return (
        SparkSession.builder.appName(name)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.files.ignoreCorruptFiles", "true")
        .config("spark.sql.files.ignoreMissingFiles", "true")
        .config("spark.sql.adaptive.enabled", "true")
        # Personalize imports every file of a folder, so there must be no _SUCCESS file.
        .config("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .getOrCreate()
    )


class SparkEngine:
    """Reads the raw clickstream and the catalogue, and writes one dataset."""

    def __init__(self, spark: SparkSession, arguments: JobArguments) -> None:
        self._spark = spark
        self._arguments = arguments

    def now_seconds(self) -> int:
        """Return the current time."""
        return int(time.time())

    @property
    def incremental(self) -> bool:
        """True if the dataset is added to earlier imports."""
        return self._arguments.incremental

    def clickstream(self) -> DataFrame:
        """Return every line and every row below the input."""
        return self._lines().unionByName(self._rows()).unionByName(self._unreadable())

    def _files(self, pattern: str) -> DataFrameReader:
        reader = self._spark.read.option("recursiveFileLookup", "true").option("pathGlobFilter", pattern)
        # Both of Spark's bounds are exclusive; `since` is inclusive, so that consecutive runs leave no gap.
        if self._arguments.since:
            reader = reader.option("modifiedAfter", _spark_time(self._arguments.since - ONE_MILLISECOND))
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
        """Return one line, the name, for each file without a readable row, such as a truncated one."""
        present = self._files("*.parquet").format("binaryFile").load(self._arguments.input).select("path")
        rows = self._files("*.parquet").schema(PARQUET_SCHEMA).parquet(self._arguments.input)
        # Spark gives the path of a row as a URL, in which a plus is literal.
        url = F.regexp_replace(F.col("_metadata.file_path"), "[+]", "%2B")
        read = rows.select(F.url_decode(url).alias("path")).distinct()
        missing = present.join(read, on="path", how="left_anti")
        return missing.select(
            F.element_at(F.split("path", "/"), -1).alias("line"),
            F.lit(False).alias("is_json"),
            F.lit(UNREADABLE).alias("unread"),
            *(F.lit(None).cast("string").alias(name) for name in raw_fields()),
        )

    def _lines(self) -> DataFrame:
        lines = self._files(JSON_LINES_FILES).text(self._arguments.input)
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
        """Return the components of the catalogue."""
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

    def tombstones(self) -> DataFrame:
        """Return the tombstones; there is no folder before the first erasure."""
        reader = self._spark.read.schema(TOMBSTONE_SCHEMA)
        try:
            return reader.json(self._arguments.erased)
        except AnalysisException as error:
            if error.getErrorClass() != "PATH_NOT_FOUND":
                raise
            return self._spark.createDataFrame([], TOMBSTONE_SCHEMA)

    def materialize(self, frame: DataFrame) -> DataFrame:
        """Compute a frame at once and keep it on the workers, without its plan.

        A cached frame keeps its plan, which grows with every use. With the popularity table, which uses the
        classified lines twelve times, the four jobs took minutes and five gigabytes for a few thousand lines,
        and failed. If a worker is lost, its part is lost too, and the run fails.
        """
        return frame.localCheckpoint()

    def truncate_plan(self, frame: DataFrame) -> DataFrame:
        """Compute a frame at once: otherwise Spark would compute it again at every use."""
        return self.materialize(frame)

    def write(self, frame: DataFrame) -> None:
        """Write the dataset as CSV, replacing that of an earlier run."""
        frame.write.mode("overwrite").option("header", "true").option("escape", '"').csv(
            self._arguments.output
        )

    def write_side_output(self, frame: DataFrame, name: str) -> None:
        """Write rows as JSON lines, replacing those of an earlier run."""
        frame.write.mode("overwrite").json(self._side_path(name))

    def write_document(self, document: dict[str, Any], name: str) -> None:
        """Write a JSON document, replacing that of an earlier run."""
        frame = self._spark.createDataFrame([(json.dumps(document),)], "value string")
        frame.coalesce(1).write.mode("overwrite").text(self._side_path(name))

    def _side_path(self, name: str) -> str:
        return f"{self._arguments.output.rstrip('/')}-{name}/"


def _spark_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
