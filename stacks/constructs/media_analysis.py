"""The live-stream analyser, which turns samples of the broadcast into signals."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from constructs import Construct

from domain.broadcast.transcript import JOB_PREFIX
from stacks.constructs.object_trigger import ObjectTrigger
from stacks.exact_grants import grant_put_records, grant_send
from stacks.function_factory import FunctionFactory
from stacks.media_grants import grant_analysis, grant_transcripts
from stacks.object_prefixes import SAMPLES


class MediaAnalysis(Construct):
    """New samples invoke `analyse_media`; finished transcription jobs invoke `finish_transcription`."""

    def __init__(self, scope: Construct, construct_id: str, *, functions: FunctionFactory) -> None:
        super().__init__(scope, construct_id)
        config, data = functions.config, functions.data
        self._functions = functions
        self.analyse_media = self._function(
            "AnalyseMedia",
            module="analyse_media",
            description="Analyses frames of the broadcast and starts transcription jobs for its audio",
            environment=config.media.environment,
        )
        self.finish_transcription = self._function(
            "FinishTranscription",
            module="finish_transcription",
            description="Turns transcripts of the commentary into signals",
            environment=config.media.sampling_environment,
        )
        grant_analysis(self.analyse_media, bucket=data.media_bucket)
        grant_transcripts(self.finish_transcription, bucket=data.media_bucket)
        self.sample_trigger = ObjectTrigger(
            self,
            "SampleArrived",
            config=config,
            bucket=data.media_bucket,
            function=self.analyse_media,
            prefix=f"{SAMPLES}/",
        )
        events.Rule(
            self,
            "TranscriptionOver",
            event_pattern=events.EventPattern(
                source=["aws.transcribe"],
                detail_type=["Transcribe Job State Change"],
                detail={
                    "TranscriptionJobName": [{"prefix": JOB_PREFIX}],
                    "TranscriptionJobStatus": ["COMPLETED", "FAILED"],
                },
            ),
            targets=[
                targets.LambdaFunction(
                    self.finish_transcription,
                    dead_letter_queue=self.sample_trigger.dead_letters,
                    retry_attempts=3,
                    max_event_age=Duration.hours(1),
                )
            ],
        )

    def _function(
        self,
        construct_id: str,
        *,
        module: str,
        description: str,
        environment: dict[str, str],
    ) -> lambda_.Function:
        data = self._functions.data
        function = self._functions.create(
            self,
            construct_id,
            module=module,
            description=description,
            timeout=Duration.seconds(60),
            environment={
                "SIGNALS_STREAM_NAME": data.signals.stream_name,
                "DEAD_LETTERS_QUEUE_URL": data.dead_letters.queue_url,
                **environment,
            },
        )
        grant_put_records(data.signals, function)
        grant_send(data.dead_letters, function)
        # A throttled call is retried twice within 15 minutes; then the event is kept with its last error.
        function.configure_async_invoke(
            retry_attempts=2,
            max_event_age=Duration.minutes(15),
            on_failure=destinations.SqsDestination(data.dead_letters),
        )
        return function
