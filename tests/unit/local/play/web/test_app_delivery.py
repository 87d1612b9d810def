"""The app on this machine is told how the stage delivers."""

from local.play.replay.stack_outputs import StackOutputs
from local.play.web.app_delivery import delivery_origins, delivery_settings

ALWAYS = (
    "WebSocketUrl",
    "FeedUrl",
    "FeedKeysSecretArn",
    "UserPoolId",
    "UserPoolClientId",
    "OperatorPoolId",
    "OperatorPoolClientId",
    "MomentsTopicArn",
    "CuratedBucketName",
    "ComponentsTableName",
    "ConstraintsTableName",
)
BROADCAST = {
    "ViewersUrl": "http://127.0.0.1:4566/_aws/execute-api/v",
    "EventsUrl": "http://127.0.0.1:4566/_aws/appsync-api/a/event",
    "RealtimeUrl": "ws://127.0.0.1:4566/_aws/appsync-realtime-api/a/event/realtime",
    "DocumentsUrl": "http://127.0.0.1:4566/_aws/cloudfront/d",
}


def outputs(**more: str) -> StackOutputs:
    return StackOutputs.read({"Stack": {**dict.fromkeys(ALWAYS, "eu-central-1_x"), **more}})


def test_a_stage_that_posts_to_connections_has_no_delivery() -> None:
    assert delivery_settings(outputs()) is None
    assert delivery_origins(outputs()) == ()


def test_a_stage_that_broadcasts_names_its_endpoints_and_their_origins() -> None:
    found = outputs(**BROADCAST)
    assert delivery_settings(found) == {
        "mode": "broadcast",
        "viewersUrl": BROADCAST["ViewersUrl"],
        "eventsUrl": BROADCAST["EventsUrl"],
        "realtimeUrl": BROADCAST["RealtimeUrl"],
        "joinWithinSeconds": 1,
    }
    assert delivery_origins(found) == ("http://127.0.0.1:4566", "ws://127.0.0.1:4566")
