"""What the live-stream analyser may do with the picture and the sound."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from stacks.constructs.acknowledgement import acknowledge_objects, acknowledge_wildcards

TRANSCRIPTION_JOBS = "touchline-*"


def grant_analysis(function: lambda_.Function, *, bucket: s3.IBucket) -> None:
    """Read the media, look at frames, and have the sound transcribed into the same bucket."""
    bucket.grant_read_write(function)
    assert function.role
    acknowledge_objects(function.role, bucket, reason="Samples are named by match and time.", write=True)
    function.add_to_role_policy(
        iam.PolicyStatement(
            # Rekognition's image operations know no resources.
            actions=["rekognition:DetectLabels", "rekognition:DetectText"],
            resources=["*"],
        )
    )
    jobs = Stack.of(function).format_arn(
        service="transcribe", resource="transcription-job", resource_name=TRANSCRIPTION_JOBS
    )
    function.add_to_role_policy(
        iam.PolicyStatement(
            actions=["transcribe:StartTranscriptionJob", "transcribe:GetTranscriptionJob"],
            resources=[jobs],
        )
    )
    acknowledge_wildcards(function.role, jobs, reason="Each sample of the sound is a job of its own.")
