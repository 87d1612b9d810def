"""What the live-stream analyser may do with the picture and the sound."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from stacks.acknowledgement import acknowledge_objects, acknowledge_wildcards

SAMPLES = "samples/"
TRANSCRIPTS = "transcripts/"
JOB_PREFIX = "touchline-"


def grant_analysis(function: lambda_.Function, *, bucket: s3.IBucket) -> None:
    """Look at samples, and have the sound written down beside them: both services act as their caller."""
    assert function.role
    bucket.grant_read(function, f"{SAMPLES}*")
    bucket.grant_put(function, f"{TRANSCRIPTS}*")
    acknowledge_objects(
        function.role, bucket, SAMPLES, TRANSCRIPTS, reason="Samples are named by match and time.", write=True
    )
    function.add_to_role_policy(
        iam.PolicyStatement(
            # Rekognition's image operations know no resources.
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
    """Read the jobs that are over, and what they wrote."""
    assert function.role
    bucket.grant_read(function, f"{TRANSCRIPTS}*")
    acknowledge_objects(function.role, bucket, TRANSCRIPTS, reason="Each sample of the sound has one.")
    _grant_jobs(function, "transcribe:GetTranscriptionJob")


def _grant_jobs(function: lambda_.Function, action: str) -> None:
    assert function.role
    jobs = Stack.of(function).format_arn(
        service="transcribe", resource="transcription-job", resource_name=f"{JOB_PREFIX}*"
    )
    function.add_to_role_policy(iam.PolicyStatement(actions=[action], resources=[jobs]))
    acknowledge_wildcards(function.role, jobs, reason="Each sample of the sound is a job of its own.")
