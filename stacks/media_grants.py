"""Permissions of the functions of the live-stream analyser."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from domain.broadcast.transcript import JOB_PREFIX, TRANSCRIPTS_FOLDER
from stacks.acknowledgement import acknowledge_objects, acknowledge_wildcards
from stacks.exact_grants import grant_list, grant_objects
from stacks.object_prefixes import SAMPLES


def grant_analysis(function: lambda_.Function, *, bucket: s3.IBucket) -> None:
    """Grant a function the right to analyse samples.

    Rekognition and Transcribe read and write the bucket with the permissions of their caller.
    """
    assert function.role
    grant_objects(bucket, function, f"{SAMPLES}/")
    grant_list(bucket, function)
    grant_objects(bucket, function, TRANSCRIPTS_FOLDER, actions=("s3:PutObject",))
    acknowledge_objects(
        function.role,
        bucket,
        f"{SAMPLES}/",
        TRANSCRIPTS_FOLDER,
        reason="The keys of samples contain their match and time.",
    )
    function.add_to_role_policy(
        iam.PolicyStatement(
            # These actions do not support resource-level permissions.
            actions=[
                "rekognition:DetectLabels",
                "rekognition:DetectText",
                "rekognition:RecognizeCelebrities",
            ],
            resources=["*"],
        )
    )
    _grant_starts(function, bucket)


def grant_transcripts(function: lambda_.Function, *, bucket: s3.IBucket) -> None:
    """Grant a function the right to read finished transcription jobs and their transcripts."""
    assert function.role
    grant_objects(bucket, function, TRANSCRIPTS_FOLDER)
    acknowledge_objects(
        function.role, bucket, TRANSCRIPTS_FOLDER, reason="Each audio sample has a transcript."
    )
    jobs = Stack.of(function).format_arn(
        service="transcribe", resource="transcription-job", resource_name=f"{JOB_PREFIX}*"
    )
    function.add_to_role_policy(
        iam.PolicyStatement(actions=["transcribe:GetTranscriptionJob"], resources=[jobs])
    )
    acknowledge_wildcards(function.role, jobs, reason="Each audio sample has a transcription job.")


def _grant_starts(function: lambda_.Function, bucket: s3.IBucket) -> None:
    """Grant a function the right to start jobs that write to the bucket.

    The action does not support resource-level permissions: a job has no ARN before it is started.
    """
    function.add_to_role_policy(
        iam.PolicyStatement(
            actions=["transcribe:StartTranscriptionJob"],
            resources=["*"],
            conditions={"StringEquals": {"transcribe:OutputBucketName": bucket.bucket_name}},
        )
    )
