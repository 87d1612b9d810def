"""Permissions of the functions of the live-stream analyser."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from domain.broadcast.transcript import JOB_PREFIX, TRANSCRIPTS_FOLDER
from stacks.acknowledgement import acknowledge_objects, acknowledge_wildcards
from stacks.object_prefixes import SAMPLES


def grant_analysis(function: lambda_.Function, *, bucket: s3.IBucket) -> None:
    """Grant a function the right to analyse samples.

    Rekognition and Transcribe read and write the bucket with the permissions of their caller.
    """
    assert function.role
    bucket.grant_read(function, f"{SAMPLES}/*")
    bucket.grant_put(function, f"{TRANSCRIPTS_FOLDER}*")
    acknowledge_objects(
        function.role,
        bucket,
        f"{SAMPLES}/",
        TRANSCRIPTS_FOLDER,
        reason="The keys of samples contain their match and time.",
        write=True,
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
    _grant_jobs(function, "transcribe:StartTranscriptionJob")


def grant_transcripts(function: lambda_.Function, *, bucket: s3.IBucket) -> None:
    """Grant a function the right to read finished transcription jobs and their transcripts."""
    assert function.role
    bucket.grant_read(function, f"{TRANSCRIPTS_FOLDER}*")
    acknowledge_objects(
        function.role, bucket, TRANSCRIPTS_FOLDER, reason="Each audio sample has a transcript."
    )
    _grant_jobs(function, "transcribe:GetTranscriptionJob")


def _grant_jobs(function: lambda_.Function, action: str) -> None:
    assert function.role
    jobs = Stack.of(function).format_arn(
        service="transcribe", resource="transcription-job", resource_name=f"{JOB_PREFIX}*"
    )
    function.add_to_role_policy(iam.PolicyStatement(actions=[action], resources=[jobs]))
    acknowledge_wildcards(function.role, jobs, reason="Each audio sample has a transcription job.")
