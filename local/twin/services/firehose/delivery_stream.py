"""A delivery stream as its template declares it: prefixes, partition keys and the form of its objects."""

import gzip
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.twin.services.firehose.record_format import RefusedRecord

_EXPRESSION = re.compile(r"!\{(\w[\w-]*):([^}]+)\}")
_JQ_PAIR = re.compile(r'"?([\w-]+)"?\s*:\s*\.([\w.]+)')
_JAVA_TIME = (("yyyy", "%Y"), ("MM", "%m"), ("dd", "%d"), ("HH", "%H"), ("mm", "%M"), ("ss", "%S"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStream:
    """The S3 destination of an `AWS::KinesisFirehose::DeliveryStream`."""

    name: str
    arn: str
    bucket: str
    prefix: str = ""
    error_prefix: str = ""
    extension: str = ""
    table: tuple[str, str] | None = None
    """The Glue database and table for conversion to Parquet; None writes the records unchanged."""
    interval_seconds: float = 300.0
    size_bytes: int = 5 * 1024 * 1024
    compressed: bool = False
    delimiter: bytes = b""
    partition_queries: Mapping[str, str] = field(default_factory=dict)
    source_stream_arn: str | None = None
    source_role_arn: str = ""
    destination_role_arn: str = ""
    schema_role_arn: str = ""

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any], *, name: str, arn: str) -> "DeliveryStream":
        """Build a delivery stream from resolved template properties."""
        destination = (
            properties.get("ExtendedS3DestinationConfiguration") or properties["S3DestinationConfiguration"]
        )
        hints = destination.get("BufferingHints") or {}
        processors = (destination.get("ProcessingConfiguration") or {}).get("Processors", ())
        source = properties.get("KinesisStreamSourceConfiguration") or {}
        return cls(
            name=name,
            arn=arn,
            bucket=destination["BucketARN"].rpartition(":")[2],
            prefix=destination.get("Prefix", ""),
            error_prefix=destination.get("ErrorOutputPrefix", ""),
            extension=destination.get("FileExtension", ""),
            table=_table(destination.get("DataFormatConversionConfiguration") or {}),
            interval_seconds=float(hints.get("IntervalInSeconds", 300)),
            size_bytes=int(hints.get("SizeInMBs", 5)) * 1024 * 1024,
            compressed=destination.get("CompressionFormat", "UNCOMPRESSED") == "GZIP",
            delimiter=b"\n" if any(each["Type"] == "AppendDelimiterToRecord" for each in processors) else b"",
            partition_queries=_partition_queries(processors),
            source_stream_arn=source.get("KinesisStreamARN"),
            source_role_arn=source.get("RoleARN", ""),
            destination_role_arn=destination.get("RoleARN", ""),
            schema_role_arn=_schema_role(destination),
        )

    def key(self, partition: Mapping[str, str], now: datetime) -> str:
        """Return the object key for records of one partition."""
        suffix = self.extension or (".gz" if self.compressed else "")
        return self._key(self.prefix, partition, now) + suffix

    def error_key(self, kind: str, now: datetime) -> str:
        """Return the object key for records that could not be delivered."""
        if "!{firehose:error-output-type}" not in self.error_prefix:
            return self._key(f"{self.error_prefix}{kind}/", {}, now)
        return self._key(self.error_prefix.replace("!{firehose:error-output-type}", kind), {}, now)

    def _key(self, expression: str, partition: Mapping[str, str], now: datetime) -> str:
        timed = False

        def fill(found: re.Match[str]) -> str:
            nonlocal timed
            namespace, value = found.groups()
            if namespace == "timestamp":
                timed = True
                return _java_time(value, now)
            if namespace == "partitionKeyFromQuery":
                return partition[value]
            return str(uuid.uuid4())[:11]

        prefix = _EXPRESSION.sub(fill, expression)
        if not timed and "!{" not in expression:
            prefix += f"{now:%Y/%m/%d/%H}/"
        return f"{prefix}{self.name}-1-{now:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}"

    def partition(self, record: bytes) -> dict[str, str] | RefusedRecord:
        """Return a record's partition keys, or the refused record if one is missing."""
        if not self.partition_queries:
            return {}
        try:
            value = json.loads(record)
        except ValueError as error:
            return _unpartitioned(record, f"expected JSON: {error}")
        found = {name: _at(path, value) for name, path in self.partition_queries.items()}
        for name, part in found.items():
            if part in (None, "") or isinstance(part, dict | list):
                return _unpartitioned(record, f"{name}: expected a partition key, got {part!r}")
        return {name: str(part) for name, part in found.items()}

    def encoded(self, records: list[bytes]) -> bytes:
        """Return the body of an object with these records."""
        body = b"".join(record + self.delimiter for record in records)
        return gzip.compress(body) if self.compressed else body


def _table(conversion: Mapping[str, Any]) -> tuple[str, str] | None:
    if not conversion.get("Enabled", bool(conversion)):
        return None
    schema = conversion["SchemaConfiguration"]
    return schema["DatabaseName"], schema["TableName"]


def _schema_role(destination: Mapping[str, Any]) -> str:
    conversion = destination.get("DataFormatConversionConfiguration") or {}
    return str(conversion.get("SchemaConfiguration", {}).get("RoleARN", destination.get("RoleARN", "")))


def _unpartitioned(record: bytes, reason: str) -> RefusedRecord:
    return RefusedRecord(
        kind="metadata-extraction-failed",
        code="DynamicPartitioning.MetadataExtractionFailed",
        reason=reason,
        record=record,
    )


def _partition_queries(processors: Any) -> dict[str, str]:
    for processor in processors:
        if processor["Type"] == "MetadataExtraction":
            values = {each["ParameterName"]: each["ParameterValue"] for each in processor["Parameters"]}
            return dict(_JQ_PAIR.findall(values["MetadataExtractionQuery"]))
    return {}


def _at(path: str, value: Any) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _java_time(pattern: str, now: datetime) -> str:
    for theirs, ours in _JAVA_TIME:
        pattern = pattern.replace(theirs, ours)
    return now.astimezone(UTC).strftime(pattern.replace("'", ""))
