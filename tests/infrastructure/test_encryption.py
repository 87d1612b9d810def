"""A stage's stores are encrypted with a customer-managed key, if its configuration says so."""

import json
import re
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template

from domain.delivery_mode import DeliveryMode
from local.twin.permissions.policy import parse_policy
from paths import ROOT
from stacks.config import DataKey, DatasetSettings, StageConfig, stage_config
from stacks.data_stack import DataStack
from stacks.errors import StageConfigError
from tests.infrastructure.assembly import CAMPAIGN, STACKS, Assembly, findings, synthesize_config
from tests.infrastructure.cloudformation_rules import declared, obstacles

EXISTING = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
KEY_OF_AWS = {"AccessLogs8B620ECA"}
STORES = {
    "AWS::DynamoDB::GlobalTable": ("Replicas", 0, "SSESpecification", "KMSMasterKeyId"),
    "AWS::Kinesis::Stream": ("StreamEncryption", "KeyId"),
    "AWS::Logs::LogGroup": ("KmsKeyId",),
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
    "AWS::S3::Bucket": (
        *("BucketEncryption", "ServerSideEncryptionConfiguration", 0),
        *("ServerSideEncryptionByDefault", "KMSMasterKeyID"),
    ),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::Glue::SecurityConfiguration": ("EncryptionConfiguration", "S3Encryptions", 0, "KmsKeyArn"),
}


def with_key(key: DataKey) -> StageConfig:
    """Return the configuration of production with broadcast, and a key for its stores and dataset group."""
    production = stage_config("production")
    datasets = replace(production.personalize, datasets=DatasetSettings(key=key))
    delivery = replace(production.delivery, mode=DeliveryMode.BROADCAST)
    return replace(production, data_key=key, delivery=delivery, personalize=datasets)


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory, placeholders: Path) -> Assembly:
    """Production with a key of its own, checked by cdk-nag."""
    return synthesize_config(with_key(DataKey()), tmp_path_factory.mktemp("key"), placeholders, checked=True)


def value_at(properties: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        properties = properties[part]
    return properties


def test_every_store_has_a_customer_managed_key(encrypted: Assembly) -> None:
    for stack in encrypted.templates:
        for resource_type, path in STORES.items():
            for name, resource in encrypted.of_type(stack, resource_type).items():
                if resource_type == "AWS::S3::Bucket" and (stack == "ClientStack" or name in KEY_OF_AWS):
                    assert "KMSMasterKeyID" not in json.dumps(resource)
                    continue
                assert "Key" in json.dumps(value_at(resource["Properties"], path)), (stack, name)
                assert "SqsManagedSseEnabled" not in resource["Properties"]


def test_a_delivery_stream_without_a_source_is_encrypted_too(encrypted: Assembly) -> None:
    decisions = encrypted.properties("DataStack", "AWS::KinesisFirehose::DeliveryStream", "Decisions")
    encryption = decisions["DeliveryStreamEncryptionConfigurationInput"]
    assert encryption["KeyType"] == "CUSTOMER_MANAGED_CMK"
    assert "DataKey" in json.dumps(encryption["KeyARN"])


def test_the_dataset_group_has_the_key_and_a_role_that_may_use_it(encrypted: Assembly) -> None:
    (stack,) = (name for name in encrypted.templates if name.startswith("PersonalizeStack"))
    group = encrypted.properties(stack, "AWS::Personalize::DatasetGroup")
    assert "DataKey" in json.dumps(group["KmsKeyArn"])
    assert "KeyRole" in json.dumps(group["RoleArn"])
    policy = encrypted.properties(stack, "AWS::IAM::Policy", "DatasetsKeyRole")
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert "kms:CreateGrant" not in statement["Action"]
    assert statement["Resource"] == group["KmsKeyArn"]


def test_the_key_is_used_through_the_stores_of_the_account_only(encrypted: Assembly) -> None:
    policy = encrypted.properties("DataStack", "AWS::KMS::Key", "DataKey")["KeyPolicy"]
    for statement in policy["Statement"][1:]:
        match statement["Principal"]:
            case {"AWS": "*"}:
                assert set(statement["Condition"]["StringEquals"]) == {"kms:CallerAccount", "kms:ViaService"}
            case {"Service": _}:
                assert statement["Condition"]
            case other:
                pytest.fail(f"expected stores and services of AWS, got {other}")


def test_the_edge_may_decrypt_the_audiences_documents(encrypted: Assembly) -> None:
    # GIVEN documents that the stage's key encrypts
    bucket = encrypted.properties("DeliveryStack", "AWS::S3::Bucket")
    assert "DataKey" in json.dumps(bucket["BucketEncryption"])
    # THEN distributions of the account may decrypt, and do nothing else
    policy = encrypted.properties("DataStack", "AWS::KMS::Key", "DataKey")["KeyPolicy"]
    (statement,) = (each for each in policy["Statement"] if "cloudfront" in json.dumps(each["Principal"]))
    assert statement["Action"] == "kms:Decrypt"
    assert ":distribution/*" in json.dumps(statement["Condition"]["ArnLike"]["aws:SourceArn"])


def test_production_that_broadcasts_keeps_no_more_types_than_it_always_does(
    production: Assembly, encrypted: Assembly
) -> None:
    def kept(assembly: Assembly) -> set[str]:
        return {
            resource.type
            for template in assembly.templates.values()
            for resource in declared(template)
            if resource.stays_after_deletion
        }

    assert kept(encrypted) == kept(production)


def test_the_twin_reads_the_policy_of_the_key(encrypted: Assembly) -> None:
    policy = encrypted.properties("DataStack", "AWS::KMS::Key", "DataKey")["KeyPolicy"]
    region = json.dumps(policy).replace('{"Ref": "AWS::AccountId"}', '"123456789012"')
    assert len(parse_policy(json.loads(region), "DataStack/DataKey")) == len(policy["Statement"])


def test_a_stage_with_a_key_is_accepted_by_the_checks(encrypted: Assembly) -> None:
    assert findings(encrypted.directory) == []


def test_a_stage_that_is_deployed_gets_the_key_by_updates(production: Assembly, encrypted: Assembly) -> None:
    for stack in {*STACKS, CAMPAIGN} & encrypted.templates.keys():
        assert obstacles(production.templates[stack], encrypted.templates[stack]) == set()


def test_a_key_is_taken_back_after_the_stacks_that_import_it(
    production: Assembly, encrypted: Assembly
) -> None:
    # GIVEN what the DataStack exports with a key, and no longer without one
    def exports(assembly: Assembly) -> set[str]:
        outputs = assembly.templates["DataStack"]["Outputs"].values()
        return {output["Export"]["Name"] for output in outputs if "Export" in output}

    (lost,) = exports(encrypted) - exports(production)
    importing = {
        name
        for name, template in encrypted.templates.items()
        if f'"Fn::ImportValue": "{lost}"' in json.dumps(template)
    }
    # THEN the documented command deploys the stacks that import it, and no others, before that one
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    section = guide.split("## Your own encryption key")[1].split("\n## ")[0]
    (named,) = re.findall(r"cdk deploy --exclusively (.*) -c stage", section)
    patterns = named.replace("'", "").split()
    assert all(any(fnmatch(name, pattern) for name in importing) for pattern in patterns)
    assert all(any(fnmatch(name, pattern) for pattern in patterns) for name in importing)


def test_an_existing_key_is_used_and_not_created() -> None:
    app = App(context=json.loads((ROOT / "cdk.json").read_text())["context"])
    stack = DataStack(app, "DataStack", config=with_key(DataKey(arn=EXISTING)))
    assert stack.key
    assert stack.key.key_arn == EXISTING
    Template.from_stack(stack).resource_count_is("AWS::KMS::Key", 0)


def test_a_group_with_the_key_of_a_stage_without_one_is_refused() -> None:
    with pytest.raises(StageConfigError, match="data_key: expected DataKey"):
        replace(with_key(DataKey()), data_key=None)
    with pytest.raises(StageConfigError, match=r"data_key\.arn: expected arn:aws:kms"):
        DataKey(arn="alias/ours")
