"""Everything that can hold a viewer's data expires, in production too."""

from typing import Any

import pytest

from stacks.config import stage_config
from tests.infrastructure.assembly import Assembly

TABLES_WITHOUT_VIEWERS = {"Components47415452", "Constraints91689F69"}
LONGEST_QUEUE_SECONDS = 14 * 86_400
LOG_DAYS = 90
CURATED = "CuratedF137945A"


def rules(bucket: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    assert all(rule["Status"] == "Enabled" for rule in found)
    return found


def test_every_object_expires_but_for_the_catalogue(production: Assembly) -> None:
    for name, bucket in production.of_type("DataStack", "AWS::S3::Bucket").items():
        days = {
            rule.get("Prefix", ""): rule["ExpirationInDays"]
            for rule in rules(bucket)
            if "ExpirationInDays" in rule
        }
        if name == CURATED:
            assert days == {"datasets/": 400}
        elif name.startswith("Privacy"):
            assert days == {"erased/": 470, "requests/": 7}
        else:
            assert days[""] <= 400, name
        if bucket["Properties"].get("VersioningConfiguration", {}).get("Status") == "Enabled":
            assert any("NoncurrentVersionExpiration" in rule for rule in rules(bucket)), name


@pytest.mark.parametrize("stage", ["development", "production"])
def test_an_erasure_is_remembered_longer_than_anything_is_kept(stage: str) -> None:
    config = stage_config(stage)
    kept = (
        config.raw_data_retention_days + 30,
        config.audit_retention_days,
        config.interaction_retention_hours / 24,
    )
    assert config.tombstone_retention_days > max(kept)


def test_a_request_for_erasure_leaves_no_old_versions(production: Assembly) -> None:
    privacy = production.properties("DataStack", "AWS::S3::Bucket", "Privacy")
    assert "VersioningConfiguration" not in privacy


def test_rows_that_can_name_a_viewer_expire(production: Assembly) -> None:
    tables = production.of_type("DataStack", "AWS::DynamoDB::GlobalTable")
    expiring = {
        name
        for name, table in tables.items()
        if table["Properties"].get("TimeToLiveSpecification", {}).get("Enabled") is True
    }
    assert set(tables) - expiring == TABLES_WITHOUT_VIEWERS


def test_records_messages_and_log_lines_expire(production: Assembly) -> None:
    for stack, template in production.templates.items():
        for name, resource in template["Resources"].items():
            properties = resource.get("Properties", {})
            match resource["Type"]:
                case "AWS::Kinesis::Stream":
                    assert properties["RetentionPeriodHours"] <= 168, (stack, name)
                case "AWS::SQS::Queue":
                    assert properties["MessageRetentionPeriod"] <= LONGEST_QUEUE_SECONDS, (stack, name)
                case "AWS::Logs::LogGroup":
                    assert properties["RetentionInDays"] == LOG_DAYS, (stack, name)
