"""Broadcast samples become signals; unreadable samples are rejected, failed analyses retried."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.stub import Stubber

from domain.broadcast.sample import Sample, SampleKind, Sampling, parse_sample_key
from domain.broadcast.sample_observation import SampleObservation
from domain.broadcast.transcript import Transcription
from domain.errors import AnalyserBusyError, AnalyserRefusedError, UnreadableSampleError
from domain.match import Score
from domain.signal import Observation
from lambdas.adapters.analysers.people import PeopleAnalyser
from lambdas.adapters.analysers.scene import SceneAnalyser
from lambdas.adapters.analysers.scoreboard import ScoreboardAnalyser
from lambdas.adapters.analysers.speech import SpeechAnalyser, job_name
from lambdas.adapters.transcribe_jobs import TranscribeJobs
from lambdas.logic.errors import AnalysisIncompleteError
from lambdas.logic.media import MediaAnalysis
from lambdas.logic.observations import ObservationWriter
from lambdas.logic.transcripts import TranscriptReader
from tests.support import fakes

SAMPLING = Sampling(frame_interval_seconds=1, audio_segment_seconds=15)
KEY, AUDIO = "samples/turkey-italy/1623438000000.jpg", "samples/turkey-italy/1623438000000.wav"
FRAME, SOUND = (parse_sample_key("media", key, SAMPLING) for key in (KEY, AUDIO))
CROWD = SampleObservation(observation=Observation(analyser="a", label="CROWD", confidence=0.9))


class ScriptedAnalyser:
    """An analyser that always returns the same observations, or raises the same error."""

    kind = SampleKind.FRAME
    every_seconds = 1.0

    def __init__(self, outcome: Sequence[SampleObservation] | Exception, name: str = "scripted") -> None:
        self.outcome = outcome
        self.name = name
        self.runs = 0

    def analyse(self, sample: Sample) -> Sequence[SampleObservation]:
        self.runs += 1
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def writer(signals: fakes.InMemorySignalStream | None = None) -> ObservationWriter:
    return ObservationWriter(
        signals=signals or fakes.InMemorySignalStream(),
        telemetry=fakes.RecordedTelemetry(),
        clock=fakes.FrozenClock(),
    )


def analysis(
    *analysers: ScriptedAnalyser,
) -> tuple[MediaAnalysis, fakes.InMemorySignalStream, fakes.RecordedTelemetry]:
    signals, telemetry = fakes.InMemorySignalStream(), fakes.RecordedTelemetry()
    media = MediaAnalysis(
        analysers=analysers,
        sampling=SAMPLING,
        observations=writer(signals),
        dead_letters=fakes.InMemoryDeadLetters(),
        telemetry=telemetry,
    )
    return media, signals, telemetry


def letters(media: MediaAnalysis | TranscriptReader) -> list[dict[str, Any]]:
    assert isinstance(media.dead_letters, fakes.InMemoryDeadLetters)
    return media.dead_letters.letters


def test_a_sample_becomes_signals_at_its_media_time_with_stable_ids() -> None:
    media, signals, _ = analysis(ScriptedAnalyser([CROWD]))
    assert [media.analyse_sample("media", KEY) for _ in range(2)] == [1, 1]
    first, again = signals.signals
    assert first.id == again.id
    assert first.media_time == datetime.fromtimestamp(1_623_438_000, UTC)
    assert first.match_id == "turkey-italy"


def test_a_sample_without_a_time_is_rejected() -> None:
    media, _, _ = analysis(ScriptedAnalyser([CROWD]))
    assert media.analyse_sample("media", "samples/turkey-italy/frame.jpg") == 0
    (letter,) = letters(media)
    assert (letter["source"], letter["field"]) == ("media", "key")


def test_an_unreadable_sample_is_rejected_once() -> None:
    broken = UnreadableSampleError(KEY, "a picture", "text")
    media, _, _ = analysis(ScriptedAnalyser(broken), ScriptedAnalyser(broken))
    assert media.analyse_sample("media", KEY) == 0
    (letter,) = letters(media)
    assert "expected a picture" in letter["reason"]


def test_a_refused_analyser_is_counted_and_the_others_run() -> None:
    media, signals, telemetry = analysis(
        ScriptedAnalyser(AnalyserRefusedError("no access")), ScriptedAnalyser([CROWD])
    )
    assert media.analyse_sample("media", KEY) == 1
    assert telemetry.counts["AnalyserRefused"] == 1
    assert len(signals.signals) == 1


def test_a_busy_service_retries_the_sample_after_the_other_analysers() -> None:
    media, signals, _ = analysis(
        ScriptedAnalyser(AnalyserBusyError("throttled"), "busy"), ScriptedAnalyser([CROWD])
    )
    with pytest.raises(AnalysisIncompleteError, match="busy: throttled"):
        media.analyse_sample("media", KEY)
    assert len(signals.signals) == 1


def test_an_analyser_runs_on_its_kind_of_sample_when_due() -> None:
    seldom = ScriptedAnalyser([CROWD])
    seldom.every_seconds = 10.0
    media, _, _ = analysis(seldom)
    for second in range(20):
        media.analyse_sample("media", f"samples/m/{1_623_438_000_000 + 1000 * second}.jpg")
    media.analyse_sample("media", AUDIO)
    assert seldom.runs == 2


def client(service: str) -> tuple[Any, Stubber]:
    made = botocore.session.get_session().create_client(
        service, region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="s"
    )
    return made, Stubber(made)


def test_a_scoreboard_is_an_observation_of_score_and_clock() -> None:
    rekognition, stub = client("rekognition")
    box = {"BoundingBox": {"Left": 0.1, "Top": 0.1, "Width": 0.2, "Height": 0.05}}
    found = [
        {"DetectedText": "TUR 0-1 ITA 66:12", "Type": "LINE", "Confidence": 99.0, "Geometry": box},
        {"DetectedText": "TUR", "Type": "WORD", "Confidence": 99.0, "Geometry": box},
    ]
    expected = {"Image": {"S3Object": {"Bucket": "media", "Name": KEY}}}
    stub.add_response("detect_text", {"TextDetections": found}, expected)
    with stub:
        (seen,) = ScoreboardAnalyser(rekognition, every_seconds=1).analyse(FRAME)
    assert seen.observation.score == Score(away=1)
    assert seen.observation.clock_seconds == 3972


def test_relevant_labels_and_faces_are_observations() -> None:
    rekognition, stub = client("rekognition")
    labels = [{"Name": "Crowd", "Confidence": 98.0}, {"Name": "Grass", "Confidence": 99.0}]
    stub.add_response("detect_labels", {"Labels": labels})
    faces = [{"Name": "A. Captain", "MatchConfidence": 97.0}, {"Name": "Nobody", "MatchConfidence": 40.0}]
    stub.add_response("recognize_celebrities", {"CelebrityFaces": faces})
    with stub:
        (crowd,) = SceneAnalyser(rekognition, every_seconds=1).analyse(FRAME)
        (captain,) = PeopleAnalyser(rekognition, every_seconds=1).analyse(FRAME)
    assert crowd.observation.label == "CROWD"
    assert (captain.observation.label, captain.observation.text) == ("IN_SHOT", "A. Captain")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("InvalidImageFormatException", UnreadableSampleError),
        ("AccessDeniedException", AnalyserRefusedError),
        ("ThrottlingException", AnalyserBusyError),
    ],
)
def test_the_services_error_decides_whether_to_retry(code: str, error: type[Exception]) -> None:
    rekognition, stub = client("rekognition")
    stub.add_client_error("detect_text", code)
    with stub, pytest.raises(error):
        ScoreboardAnalyser(rekognition, every_seconds=1).analyse(FRAME)


def test_an_audio_segment_is_transcribed_once() -> None:
    transcribe, stub = client("transcribe")
    expected = {
        "TranscriptionJobName": job_name(AUDIO),
        "LanguageCode": "en-GB",
        "MediaFormat": "wav",
        "Media": {"MediaFileUri": f"s3://media/{AUDIO}"},
        "OutputBucketName": "media",
        "OutputKey": f"transcripts/{job_name(AUDIO)}.json",
    }
    stub.add_response("start_transcription_job", {}, expected)
    stub.add_client_error("start_transcription_job", "ConflictException")
    speech = SpeechAnalyser(transcribe, every_seconds=15, language="en-GB")
    with stub:
        assert [speech.analyse(SOUND), speech.analyse(SOUND)] == [(), ()]


class Jobs:
    def __init__(self, transcript: str | None, failure: str | None = None) -> None:
        self.transcript = transcript
        self.failure = failure

    def result(self, job_name: str) -> Transcription:
        return Transcription(bucket="media", key=AUDIO, transcript=self.transcript, failure=self.failure)


def reading(jobs: Jobs) -> tuple[TranscriptReader, fakes.InMemorySignalStream]:
    signals = fakes.InMemorySignalStream()
    made = TranscriptReader(
        transcriptions=jobs,
        sampling=SAMPLING,
        observations=writer(signals),
        dead_letters=fakes.InMemoryDeadLetters(),
        telemetry=fakes.RecordedTelemetry(),
    )
    return made, signals


def test_a_phrase_is_a_signal_at_its_media_time() -> None:
    word = {"content": "goal", "confidence": "0.98"}
    item = {"type": "pronunciation", "start_time": "2.5", "end_time": "2.9", "alternatives": [word]}
    transcripts, signals = reading(Jobs(json.dumps({"results": {"items": [item]}})))
    assert transcripts.read_job("touchline-1") == 1
    (signal,) = signals.signals
    assert signal.media_time == datetime.fromtimestamp(1_623_438_002.5, UTC)
    assert signal.observation is not None
    assert signal.observation.label == "PHRASE_GOAL"


@pytest.mark.parametrize(
    ("jobs", "reason"),
    [
        (Jobs(None, "truncated"), "truncated"),
        (Jobs("{"), "expected JSON"),
        (Jobs("{}"), "transcript.results"),
    ],
)
def test_a_failed_transcription_is_rejected_with_the_reason(jobs: Jobs, reason: str) -> None:
    transcripts, signals = reading(jobs)
    assert transcripts.read_job("touchline-1") == 0
    (letter,) = letters(transcripts)
    assert reason in letter["reason"]
    assert letter["payload"] == AUDIO
    assert signals.signals == []


def test_a_failed_job_names_reason_and_sample() -> None:
    (transcribe, stub), (s3, _) = client("transcribe"), client("s3")
    job = {
        "TranscriptionJobStatus": "FAILED",
        "FailureReason": "no sound",
        "Media": {"MediaFileUri": f"s3://media/{AUDIO}"},
    }
    stub.add_response("get_transcription_job", {"TranscriptionJob": job})
    with stub:
        result = TranscribeJobs(transcribe, s3).result("touchline-1")
    assert (result.key, result.transcript, result.failure) == (AUDIO, None, "no sound")
