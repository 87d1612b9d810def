"""Progress of dispatches to audiences in DynamoDB."""

from datetime import timedelta

import boto3
import pytest

from domain.publish_progress import TOLD_AGAIN_AFTER, PublishProgress
from lambdas.adapters.dynamo_publish_ledger import DynamoPublishLedger
from tests.support import builders

NOW = builders.KICK_OFF
UNTIL = NOW + timedelta(minutes=1)
KEY = ("turkey-italy", 3, "0123abcd")
PUBLISHED = PublishProgress(is_published=True)


@pytest.fixture
def ledger(resources: dict[str, str]) -> DynamoPublishLedger:
    return DynamoPublishLedger(boto3.client("dynamodb"), resources["CONNECTIONS_TABLE_NAME"], lambda: NOW)


def test_a_version_that_was_published_yesterday_can_be_sent_again(ledger: DynamoPublishLedger) -> None:
    # GIVEN a row that has expired, which DynamoDB may delete days later
    ledger.claim(*KEY, now=NOW, until=UNTIL)
    ledger.release(*KEY, PublishProgress(is_published=True, is_stored=True))
    later = NOW + TOLD_AGAIN_AFTER
    assert ledger.claim(*KEY, now=later, until=later + timedelta(minutes=1)) == PublishProgress()


def test_one_task_claims_an_audience(ledger: DynamoPublishLedger) -> None:
    assert ledger.claim(*KEY, now=NOW, until=UNTIL) == PublishProgress()
    assert ledger.claim(*KEY, now=NOW, until=UNTIL + timedelta(seconds=1)) is None
    assert ledger.claim("turkey-italy", 3, "another", now=NOW, until=UNTIL) == PublishProgress()
    assert ledger.claim("turkey-italy", 4, "0123abcd", now=NOW, until=UNTIL) == PublishProgress()


def test_progress_is_found_by_the_next_claim(ledger: DynamoPublishLedger) -> None:
    ledger.claim(*KEY, now=NOW, until=UNTIL)
    ledger.release(*KEY, PUBLISHED)
    assert ledger.claim(*KEY, now=NOW, until=UNTIL) == PUBLISHED


def test_the_claim_of_a_function_that_was_killed_ends(ledger: DynamoPublishLedger) -> None:
    ledger.claim(*KEY, now=NOW, until=UNTIL)
    assert ledger.claim(*KEY, now=UNTIL, until=UNTIL + timedelta(minutes=1)) == PublishProgress()


def test_a_claim_whose_answer_was_lost_is_the_same(ledger: DynamoPublishLedger) -> None:
    assert ledger.claim(*KEY, now=NOW, until=UNTIL) == ledger.claim(*KEY, now=NOW, until=UNTIL)
