"""Small cloud assemblies in the CDK's format, for tests that do not need the whole application."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


class SmallAssembly:
    """A cloud assembly of a few stacks and assets."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._artifacts: dict[str, Any] = {}
        self._files: dict[str, Any] = {}

    def asset(self, files: Mapping[str, str]) -> dict[str, str]:
        """Add a directory asset, and return the value of `Code` in a template."""
        digest = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
        folder = self.directory / f"asset.{digest}"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        key = f"{digest}.zip"
        self._files[digest] = {
            "source": {"path": folder.name, "packaging": "zip"},
            "destinations": {"here": {"bucketName": "assets", "objectKey": key}},
        }
        return {"S3Bucket": "assets", "S3Key": key}

    def stack(self, name: str, template: Mapping[str, Any], dependencies: tuple[str, ...] = ()) -> None:
        """Add a stack."""
        file = f"{name}.template.json"
        (self.directory / file).write_text(json.dumps(template))
        self._artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": {"templateFile": file},
            "dependencies": list(dependencies),
        }

    def write(self) -> Path:
        """Write the manifests, and return the assembly's directory."""
        (self.directory / "all.assets.json").write_text(json.dumps({"files": self._files}))
        assets = {"type": "cdk:asset-manifest", "properties": {"file": "all.assets.json"}}
        manifest = {"version": "48.0.0", "artifacts": {**self._artifacts, "all.assets": assets}}
        (self.directory / "manifest.json").write_text(json.dumps(manifest))
        return self.directory


def role(*services: str, statements: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return an AWS::IAM::Role that these services may assume; without statements it may do everything."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": list(services)}}
    policy = {"PolicyName": "Own", "PolicyDocument": {"Statement": list(statements) or [everything]}}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [policy],
        },
    }


def permission(function: str, service: str, **source: Any) -> dict[str, Any]:
    """Return an AWS::Lambda::Permission for a service to invoke a function."""
    properties = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Fn::GetAtt": [function, "Arn"]},
        "Principal": service,
        **source,
    }
    return {"Type": "AWS::Lambda::Permission", "Properties": properties}


def queue_policy(queue: str, service: str, source: Any) -> dict[str, Any]:
    """Return an AWS::SQS::QueuePolicy for a service to send messages for a source."""
    statement = {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Principal": {"Service": service},
        "Resource": {"Fn::GetAtt": [queue, "Arn"]},
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    properties = {"Queues": [{"Ref": queue}], "PolicyDocument": {"Statement": [statement]}}
    return {"Type": "AWS::SQS::QueuePolicy", "Properties": properties}


def lambda_function(code: Mapping[str, str], handler: str, **properties: Any) -> dict[str, Any]:
    """Return an AWS::Lambda::Function with the role `Role` of its stack."""
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": code,
            "Handler": handler,
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Runtime": "python3.11",
            "Timeout": 10,
            **properties,
        },
    }
