"""`python -m crowd_source` runs the service."""

import asyncio
import logging
import signal

import aiohttp
import boto3
from botocore.config import Config

from crowd_source.cloudwatch_health import CloudWatchHealth
from crowd_source.comprehend_judge import ComprehendJudge
from crowd_source.filtered_stream import FilteredStreamSource
from crowd_source.health import HealthReporter
from crowd_source.jetstream import JetstreamSource
from crowd_source.kinesis_sink import KinesisSink
from crowd_source.lexicon_judge import LexiconJudge
from crowd_source.parameter_control import ParameterControl
from crowd_source.ports import PostSource, SentimentJudge
from crowd_source.service import CrowdService
from crowd_source.settings import Settings


async def serve(settings: Settings) -> None:
    """Run until the process receives SIGTERM."""
    async with aiohttp.ClientSession() as session:
        service = CrowdService(
            source=_source(settings, session),
            judge=_judge(settings),
            sink=KinesisSink(boto3.client("kinesis"), settings.signals_stream_name),
            control=ParameterControl(
                boto3.client("ssm"),
                switch_name=settings.switch_parameter_name,
                watch_list_name=settings.watch_list_parameter_name,
            ),
            control_seconds=settings.control_seconds,
            health=HealthReporter(CloudWatchHealth(boto3.client("cloudwatch"), settings.metrics_namespace)),
        )
        task = asyncio.create_task(service.run())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            logging.getLogger(__name__).info("stopped by SIGTERM: %s", dict(service.counts))


def _source(settings: Settings, session: aiohttp.ClientSession) -> PostSource:
    if settings.source == "bluesky":
        return JetstreamSource(session, settings.source_url)
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=settings.bearer_token_secret_arn)
    return FilteredStreamSource(session, settings.source_url, secret["SecretString"].strip())


def _judge(settings: Settings) -> SentimentJudge:
    if settings.sentiment == "lexicon":
        return LexiconJudge()
    config = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "max_attempts": 2})
    return ComprehendJudge(boto3.client("comprehend", config=config))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    asyncio.run(serve(Settings.from_environment()))
