"""The report has the names of its contract, and the final moments of the match."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from domain.match import Score, Side
from domain.moment import Moment, MomentType
from local.play.feeds.errors import FeedError
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.feed_client import sign
from local.play.replay.moment_log import MomentLog
from local.play.replay.report import build_report
from local.play.replay.social import load_posts
from tests.support.match_moments import MATCH, moment

COUNTS = {"sent": 3.0, "gone": 1.0, "failed": 0.0, "calls": 2.0, "cache_hits": 1.0, "throttled": 0.0}


class QueueOf:
    """A queue that returns each message once, and a topic that accepts any subscriber."""

    def __init__(self, *moments: Moment) -> None:
        self.waiting = [json.dumps(each.to_dict()) for each in moments]

    def create_queue(self, **_: object) -> dict[str, str]:
        return {"QueueUrl": "queue"}

    def get_queue_attributes(self, **_: object) -> dict[str, dict[str, str]]:
        return {"Attributes": {"QueueArn": "arn"}}

    def set_queue_attributes(self, **_: object) -> None: ...

    def subscribe(self, **_: object) -> dict[str, str]:
        return {"SubscriptionArn": "subscription"}

    def receive_message(self, **_: object) -> dict[str, list[dict[str, str]]]:
        taken, self.waiting = self.waiting[:10], self.waiting[10:]
        return {"Messages": [{"Body": body, "ReceiptHandle": "r"} for body in taken]}

    def delete_message_batch(self, **_: object) -> None: ...


def log_of(*moments: Moment) -> MomentLog:
    queue = QueueOf(*moments)
    log = MomentLog(sns=queue, sqs=queue, topic_arn="topic")
    log.collect()
    return log


def test_the_report_has_every_name_of_its_contract() -> None:
    goal = moment(1, clock_seconds=60.0, score=Score(home=1)).detected(1_050)
    report = build_report(
        match=MATCH,
        engine="embedded",
        moments=[replace(goal, received_at_ms=1_000)],
        contexts=[{"version": 1, "moment_id": goal.id, "columns": {}}],
        log=DeliveryLog(),
        counts=COUNTS,
    )
    assert report["match"] == {"id": "m1", "home": "Turkey", "away": "Italy", "score": [1, 0]}
    row = report["moments"][0]
    assert row["team"] == "Turkey"
    assert row["score"] == [1, 0]
    assert row["detected_after_ms"] == 50
    wanted = {"viewers", "sent", "delivered", "gone", "failed", "duplicates", "stale_dropped", "by_rung"}
    assert wanted <= set(report["deliveries"])
    assert set(report["deliveries"]["by_rung"]) == {"viewer", "cohort", "popularity", "editorial", "keep"}
    assert set(report["latency_ms"]["moment_to_screen"]) == {"p50", "p95", "p99", "max"}
    assert set(report["latency_ms"]["by_step"]) == {"detect", "context", "plan", "recommend", "post"}
    assert report["recommender"] == {"calls": 2, "cache_hits": 1, "throttled": 0}


def test_a_repeated_moment_is_reported_once() -> None:
    assert len(log_of(moment(1), moment(1)).final_moments("m1")) == 1


def test_the_last_revision_of_a_moment_counts_and_a_retracted_one_does_not() -> None:
    goal, rush = moment(1), moment(2, MomentType.GOAL_RUSH)
    corrected = replace(goal, id=f"{goal.id}~1", player="Immobile", details={"revises": goal.id})
    gone = replace(rush, id=f"{rush.id}~1", details={"revises": rush.id, "retracted": True})
    final = log_of(corrected, goal, rush, gone).final_moments("m1")
    assert [each.player for each in final] == ["Immobile"]


def test_the_signature_is_the_documented_one() -> None:
    header = sign(b"key", "PUT /matches/1", b"{}", 1_700_000_000)
    assert header.startswith("t=1700000000,v2=")
    assert sign(b"other", "PUT /matches/1", b"{}", 1_700_000_000) != header


def test_posts_are_counted_in_intervals(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv.gz"
    path.write_bytes(gzip.compress(b"epoch_s,tweets\n1000,2\n1009,3\n1010,1\n"))
    signals = load_posts(path, "m1")
    assert [signal.posts.count for signal in signals if signal.posts] == [5, 1]


def test_labelled_posts_are_counted_with_their_sentiment(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("epoch_ms,label\n1000000,positive\n1003000,negative\n1009999,neutral\n1010000,positive\n")
    counts = [signal.posts for signal in load_posts(path, "m1")]
    assert [(p.count, p.sentiment_sum, p.sentiment_count) for p in counts if p] == [(3, 0, 3), (1, 1, 1)]


@pytest.mark.parametrize(
    "content", ["epoch_ms,label\n1000,furious\n", "epoch_ms,label\n1000\n", "label\npositive\n", ""]
)
def test_invalid_labelled_posts_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "posts.csv"
    path.write_text(content)
    with pytest.raises(FeedError, match="epoch_ms and label"):
        load_posts(path, "m1")


def test_a_file_without_posts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("epoch_s,tweets\nnoon,many\n")
    with pytest.raises(FeedError, match="epoch seconds"):
        load_posts(path, "m1")


def test_a_moments_side_is_reported_as_a_team_name() -> None:
    away = replace(moment(1), side=Side.AWAY, team=None)
    report = build_report(
        match=MATCH, engine="embedded", moments=[away], contexts=[], log=DeliveryLog(), counts=COUNTS
    )
    assert report["moments"][0]["team"] == "Italy"


def test_a_revised_moment_keeps_the_times_of_its_first_detection() -> None:
    first = replace(moment(1).detected(1_050), received_at_ms=1_000)
    decorated = replace(
        first,
        id=f"{first.id}~1",
        received_at_ms=None,
        details={"revises": first.id, "mention_ratio": 2.4},
    ).detected(61_000)

    [final] = log_of(first, decorated).final_moments(first.match_id)
    assert (final.received_at_ms, final.detected_at_ms) == (1_000, 1_050)
    assert final.details["mention_ratio"] == 2.4
