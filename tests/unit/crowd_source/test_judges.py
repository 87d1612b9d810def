"""Who says how posts feel, and what it costs at most."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from crowd_source.comprehend_judge import SILENT_SECONDS, ComprehendJudge
from crowd_source.language import language_of
from crowd_source.lexicon_judge import LexiconJudge
from crowd_source.mood import MOST_JUDGED_PER_INTERVAL, Mood
from domain.crowd.aggregate import Post, PostAggregator

START = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)


def post(text: str, language: str | None = "en", seconds: float = 1) -> Post:
    return Post(at=START + timedelta(seconds=seconds), text=text, language=language)


@pytest.fixture
def comprehend() -> Any:
    """A client whose requests and answers are checked against the service's own shapes."""
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


async def test_comprehend_is_asked_once_for_each_language_and_other_languages_stay_unjudged(
    comprehend: Any,
) -> None:
    # GIVEN posts in two languages that it knows, in one that it does not, and in none
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


async def test_a_document_that_comprehend_cannot_judge_leaves_the_others_alone(comprehend: Any) -> None:
    with Stubber(comprehend) as stub:
        refused = {"Index": 0, "ErrorCode": "INTERNAL_SERVER_ERROR", "ErrorMessage": "no"}
        stub.add_response("batch_detect_sentiment", {**answer((1, 0.5, 0.0)), "ErrorList": [refused]})
        assert await ComprehendJudge(comprehend).judge([post("a"), post("b")]) == [None, 0.5]


async def test_after_a_refusal_nothing_is_asked_for_a_while(comprehend: Any) -> None:
    now = 100.0
    judge = ComprehendJudge(comprehend, clock=lambda: now)
    with Stubber(comprehend) as stub:
        stub.add_client_error("batch_detect_sentiment", "ThrottlingException")
        assert await judge.judge([post("a")]) == [None]
        assert await judge.judge([post("a")]) == [None]
        now += SILENT_SECONDS
        stub.add_response("batch_detect_sentiment", answer((0, 1.0, 0.0)))
        assert await judge.judge([post("a")]) == [1.0]


class Recording:
    """A judge that finds everything good."""

    batch_size = 10

    def __init__(self) -> None:
        self.batches: list[int] = []

    async def judge(self, posts: Any) -> list[float | None]:
        self.batches.append(len(posts))
        return [1.0] * len(posts)


async def test_batches_are_full_and_of_a_busy_interval_a_sample_is_judged_while_every_post_counts() -> None:
    # GIVEN far more posts in an interval than are judged
    aggregator, judge = PostAggregator("s"), Recording()
    aggregator.follow({"m"})
    mood = Mood(judge, aggregator)
    for number in range(200):
        each = post("good", seconds=1 + number / 100)
        aggregator.add("m", each.at)
        await mood.offer(each, {"m"})
    # WHEN what waits is judged and the interval closes
    await mood.judge_waiting()
    [told] = aggregator.close_until(START + timedelta(seconds=20))
    # THEN
    assert judge.batches == [10, 10, 5]
    assert (told.posts.count, told.posts.sentiment_count) == (200, MOST_JUDGED_PER_INTERVAL)
    assert told.posts.sentiment_sum == MOST_JUDGED_PER_INTERVAL
    # and the next interval has its own
    for number in range(200):
        await mood.offer(post("good", seconds=21 + number / 100), {"m"})
    assert sum(judge.batches) == 25 + 20


async def test_the_lexicon_judges_every_post_at_once() -> None:
    aggregator = PostAggregator("s")
    aggregator.follow({"m"})
    mood = Mood(LexiconJudge(), aggregator)
    aggregator.add("m", START)
    for _ in range(100):
        await mood.offer(post("brilliant goal"), {"m"})
    [told] = aggregator.close_until(START + timedelta(seconds=20))
    assert told.posts.sentiment_count == 100


@pytest.mark.parametrize(
    ("tag", "language"), [("pt-BR", "pt"), ("en", "en"), ("und", None), ("", None), (None, None), (7, None)]
)
def test_a_language_tag_is_read_by_its_primary_part(tag: object, language: str | None) -> None:
    assert language_of(tag) == language
