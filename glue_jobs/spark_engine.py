"""The engine in Glue: Spark reads from and writes to S3."""

import time
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from glue_jobs.transforms.clickstream import raw_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class JobArguments:
    """Where a job reads and writes."""

    input: str
    catalogue: str
    output: str


def job_arguments(argv: list[str]) -> JobArguments:
    """The job's arguments as Glue passes them; an argument that is missing ends the job and names itself."""
    from awsglue.utils import getResolvedOptions

    given = getResolvedOptions(argv, ["input", "catalogue", "output"])
    return JobArguments(input=given["input"], catalogue=given["catalogue"], output=given["output"])


def spark_session(name: str) -> SparkSession:
    """A session in UTC that survives files that were cut off while they were written."""
    return (
        SparkSession.builder.appName(name)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.files.ignoreCorruptFiles", "true")
        .config("spark.sql.adaptive.enabled", "true")
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

    def clickstream(self) -> DataFrame:
        """Every line below the input."""
        lines = self._spark.read.option("recursiveFileLookup", "true").text(self._arguments.input)
        line = F.col("value")
        is_object = F.get_json_object(line, "$").isNotNull() & line.rlike(r"^\s*\{")
        documents = lines.select(line.alias("line"), F.when(is_object, line).alias("document"))
        return documents.select(
            "line",
            F.col("document").isNotNull().alias("is_json"),
            *(F.get_json_object("document", path).alias(name) for name, path in raw_fields().items()),
        )

    def components(self) -> DataFrame:
        """The components of the catalogue."""
        document = self._spark.read.option("multiLine", "true").json(self._arguments.catalogue)
        component = document.select(F.explode("components").alias("component"))
        created = "created_at" in component.select("component.*").columns
        return component.select(
            F.col("component.id").alias("component_id"),
            F.col("component.type").alias("type"),
            F.col("component.slot").alias("slot"),
            F.concat_ws("|", F.array_sort("component.categories")).alias("categories"),
            F.col("component.partner").alias("partner"),
            (F.col("component.created_at") if created else F.lit(None)).cast("bigint").alias("created_at"),
        )

    def keep(self, frame: DataFrame) -> DataFrame:
        """Cached."""
        return frame.cache()

    def write(self, frame: DataFrame) -> None:
        """In place of what an earlier run left."""
        frame.write.mode("overwrite").option("header", "true").option("escape", '"').csv(
            self._arguments.output
        )

    def write_beside(self, frame: DataFrame, name: str) -> None:
        """In place of what an earlier run left."""
        frame.write.mode("overwrite").json(f"{self._arguments.output.rstrip('/')}-{name}/")
