"""Sentiment is judged by Comprehend or by the lexicon, within a limit per interval."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from crowd_source.comprehend_judge import PAUSE_SECONDS, ComprehendJudge
from crowd_source.language import language_of
from crowd_source.lexicon_judge import LexiconJudge
from crowd_source.sentiment_sampler import MAX_JUDGED_PER_INTERVAL, SentimentSampler
from domain.crowd.aggregate import Post, PostAggregator

START = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)


def post(text: str, language: str | None = "en", seconds: float = 1) -> Post:
    return Post(at=START + timedelta(seconds=seconds), text=text, language=language)


@pytest.fixture
def comprehend() -> Any:
    """A client whose requests and responses are validated by botocore."""
    return boto3.client(
        "comprehend", region_name="eu-central-1", aws_access_key_id="k", aws_secret_access_key="s"
    )


def answer(*scores: tuple[int, float, float]) -> dict[str, Any]:
    results = [
        {
            "Index": index,
            "Sentiment": "POSITIVE",
            "SentimentScore": {"Positive": good, "Negative": bad, "Neutral": 0.0, "Mixed": 0.0},
        }
        for index, good, bad in scores
    ]
    return {"ResultList": results, "ErrorList": []}


async def test_comprehend_is_called_once_per_language_and_other_languages_are_not_judged(
    comprehend: Any,
) -> None:
    # GIVEN posts in two languages that it supports, in one that it does not, and in an unknown one
    posts = [post("good"), post("brutto", "it"), post("iyi", "tr"), post("bad"), post("?", None)]
    with Stubber(comprehend) as stub:
        stub.add_response(
            "batch_detect_sentiment",
            answer((0, 0.9, 0.1), (1, 0.2, 0.7)),
            {"TextList": ["good", "bad"], "LanguageCode": "en"},
        )
        stub.add_response(
            "batch_detect_sentiment", answer((0, 0.1, 0.6)), {"TextList": ["brutto"], "LanguageCode": "it"}
        )
        judged = await ComprehendJudge(comprehend).judge(posts)
        stub.assert_no_pending_responses()
    assert judged == [pytest.approx(0.8), pytest.approx(-0.5), None, pytest.approx(-0.5), None]


async def test_a_document_that_comprehend_refuses_does_not_affect_the_others(comprehend: Any) -> None:
    with Stubber(comprehend) as stub:
        refused = {"Index": 0, "ErrorCode": "INTERNAL_SERVER_ERROR", "ErrorMessage": "no"}
        stub.add_response("batch_detect_sentiment", {**answer((1, 0.5, 0.0)), "ErrorList": [refused]})
        assert await ComprehendJudge(comprehend).judge([post("a"), post("b")]) == [None, 0.5]


async def test_comprehend_is_not_called_for_some_time_after_an_error(comprehend: Any) -> None:
    now = 100.0
    judge = ComprehendJudge(comprehend, clock=lambda: now)
    with Stubber(comprehend) as stub:
        stub.add_client_error("batch_detect_sentiment", "ThrottlingException")
        assert await judge.judge([post("a")]) == [None]
        assert await judge.judge([post("a")]) == [None]
        now += PAUSE_SECONDS
        stub.add_response("batch_detect_sentiment", answer((0, 1.0, 0.0)))
        assert await judge.judge([post("a")]) == [1.0]


class RecordingJudge:
    """A judge for which every post is positive."""

    batch_size = 10

    def __init__(self) -> None:
        self.batches: list[int] = []

    async def judge(self, posts: Any) -> list[float | None]:
        self.batches.append(len(posts))
        return [1.0] * len(posts)


async def test_a_sample_of_a_busy_interval_is_judged_in_full_batches_and_every_post_is_counted() -> None:
    # GIVEN many more posts in an interval than are judged
    aggregator, judge = PostAggregator("s"), RecordingJudge()
    aggregator.follow({"m"})
    sampler = SentimentSampler(judge, aggregator)
    for number in range(200):
        each = post("good", seconds=1 + number / 100)
        aggregator.add("m", each.at)
        await sampler.add_post(each, {"m"})
    # WHEN the pending posts are judged and the interval closes
    await sampler.judge_pending()
    [signal] = aggregator.close_until(START + timedelta(seconds=20))
    assert signal.posts is not None
    # THEN the sample is judged and every post counts
    assert judge.batches == [10, 10, 5]
    assert (signal.posts.count, signal.posts.sentiment_count) == (200, MAX_JUDGED_PER_INTERVAL)
    assert signal.posts.sentiment_sum == MAX_JUDGED_PER_INTERVAL
    # and the next interval has a sample of its own
    for number in range(200):
        await sampler.add_post(post("good", seconds=21 + number / 100), {"m"})
    assert sum(judge.batches) == 25 + 20


async def test_the_lexicon_judges_every_post() -> None:
    aggregator = PostAggregator("s")
    aggregator.follow({"m"})
    sampler = SentimentSampler(LexiconJudge(), aggregator)
    aggregator.add("m", START)
    for _ in range(100):
        await sampler.add_post(post("brilliant goal"), {"m"})
    [signal] = aggregator.close_until(START + timedelta(seconds=20))
    assert signal.posts is not None
    assert signal.posts.sentiment_count == 100


@pytest.mark.parametrize(
    ("tag", "language"), [("pt-BR", "pt"), ("en", "en"), ("und", None), ("", None), (None, None), (7, None)]
)
def test_a_language_tag_is_read_by_its_primary_part(tag: object, language: str | None) -> None:
    assert language_of(tag) == language
