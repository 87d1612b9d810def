"""Collaborators of `analyse_media` and `finish_transcription`."""

from domain.broadcast.sample import Sampling
from lambdas.adapters.analysers.people import PeopleAnalyser
from lambdas.adapters.analysers.scene import SceneAnalyser
from lambdas.adapters.analysers.scoreboard import ScoreboardAnalyser
from lambdas.adapters.analysers.speech import SpeechAnalyser
from lambdas.adapters.aws import client, patient_client
from lambdas.adapters.kinesis import KinesisSignalStream
from lambdas.adapters.transcribe_jobs import TranscribeJobs
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import dead_letters
from lambdas.logic.media import MediaAnalysis
from lambdas.logic.observations import ObservationWriter
from lambdas.logic.transcripts import TranscriptReader
from lambdas.observability import TELEMETRY
from lambdas.settings import AnalyserSettings, SamplingSettings, SignalStreamSettings


@Provider
def media_analysis() -> MediaAnalysis:
    """Build the analysis of a sample by every analyser."""
    settings = read_settings(AnalyserSettings)
    rekognition = patient_client("rekognition")
    return MediaAnalysis(
        analysers=[
            ScoreboardAnalyser(rekognition, every_seconds=settings.scoreboard_every_seconds),
            SceneAnalyser(rekognition, every_seconds=settings.scene_every_seconds),
            PeopleAnalyser(rekognition, every_seconds=settings.people_every_seconds),
            SpeechAnalyser(
                patient_client("transcribe"),
                every_seconds=settings.speech_every_seconds,
                language=settings.speech_language,
            ),
        ],
        sampling=_sampling(),
        observations=_observation_writer(),
        dead_letters=dead_letters(),
        telemetry=TELEMETRY,
    )


@Provider
def transcript_reader() -> TranscriptReader:
    """Build the reader of finished transcription jobs."""
    return TranscriptReader(
        transcriptions=TranscribeJobs(patient_client("transcribe"), client("s3")),
        sampling=_sampling(),
        observations=_observation_writer(),
        dead_letters=dead_letters(),
        telemetry=TELEMETRY,
    )


def _sampling() -> Sampling:
    settings = read_settings(SamplingSettings)
    return Sampling(
        frame_interval_seconds=settings.frame_interval_seconds,
        audio_segment_seconds=settings.audio_segment_seconds,
    )


def _observation_writer() -> ObservationWriter:
    stream_name = read_settings(SignalStreamSettings).signals_stream_name
    return ObservationWriter(
        signals=KinesisSignalStream(client("kinesis"), stream_name), telemetry=TELEMETRY, clock=now
    )
