"""Creators of the resource types, one file for each service."""

from local.twin.provision.creators import (
    apigateway,
    cognito,
    custom_resources,
    dynamodb,
    eventbridge,
    firehose,
    glue,
    kinesis,
    kinesisanalytics,
    lambda_,
    messaging,
    personalize,
    s3,
    security,
    stepfunctions,
)
from local.twin.provision.resources import Creator

_MODULES = (
    apigateway,
    cognito,
    custom_resources,
    dynamodb,
    eventbridge,
    firehose,
    glue,
    kinesis,
    kinesisanalytics,
    lambda_,
    messaging,
    personalize,
    s3,
    security,
    stepfunctions,
)

CREATORS: dict[str, Creator] = {
    resource_type: creator for module in _MODULES for resource_type, creator in module.CREATORS.items()
}

__all__ = ["CREATORS"]
