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

CREATORS: dict[str, Creator] = {
    **apigateway.CREATORS,
    **cognito.CREATORS,
    **custom_resources.CREATORS,
    **dynamodb.CREATORS,
    **eventbridge.CREATORS,
    **firehose.CREATORS,
    **glue.CREATORS,
    **kinesis.CREATORS,
    **kinesisanalytics.CREATORS,
    **lambda_.CREATORS,
    **messaging.CREATORS,
    **personalize.CREATORS,
    **s3.CREATORS,
    **security.CREATORS,
    **stepfunctions.CREATORS,
}

__all__ = ["CREATORS"]
