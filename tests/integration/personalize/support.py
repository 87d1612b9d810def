"""A small world for the twin's Personalize: objects in memory, boto3 clients, data that has tastes."""

import csv
import io
import json
import random
import time
from collections.abc import Callable, Iterable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.twin.services.personalize.background import Job, ManualBackground, ThreadedBackground

ROLE = "arn:aws:iam::123456789012:role/personalize"
COLUMNS = ("MATCH_EVENT", "MATCH_PHASE")
NAMESPACE = "com.amazonaws.personalize.schema"
START = 1_700_000_000


class InMemoryObjects:
    """As much of S3 as an import job reads."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}

    def put(self, location: str, content: str | bytes) -> str:
        bucket, _, key = location.removeprefix("s3://").partition("/")
        self.objects[bucket, key] = content.encode() if isinstance(content, str) else content
        return location

    def get_object(self, **kwargs: Any) -> Any:
        return {"Body": io.BytesIO(self.objects[kwargs["Bucket"], kwargs["Key"]])}

    def list_objects_v2(self, **kwargs: Any) -> Any:
        if not any(bucket == kwargs["Bucket"] for bucket, _ in self.objects):
            raise ClientError(
                {"Error": {"Code": "NoSuchBucket", "Message": "no such bucket"}}, "ListObjectsV2"
            )
        found = [
            {"Key": key, "Size": len(content)}
            for (bucket, key), content in sorted(self.objects.items())
            if bucket == kwargs["Bucket"] and key.startswith(kwargs["Prefix"])
        ]
        return {"Contents": found, "IsTruncated": False}


class HoldableBackground:
    """Jobs run in threads, until a test holds them to look at what is under way."""

    def __init__(self) -> None:
        self._threads = ThreadedBackground(pause_seconds=0.001)
        self._held: ManualBackground | None = None

    def start(self, job: Job) -> None:
        (self._held or self._threads).start(job)

    def hold(self) -> None:
        self._held = ManualBackground()

    def finish(self) -> None:
        held, self._held = self._held, None
        if held:
            held.finish()

    def close(self) -> None:
        self._threads.close()


class Clients:
    """boto3 clients of the three services at one endpoint."""

    def __init__(self, url: str) -> None:
        session = boto3.Session(
            aws_access_key_id="key", aws_secret_access_key="secret", region_name="us-east-1"
        )
        config = Config(retries={"total_max_attempts": 1})
        self.control = session.client("personalize", endpoint_url=url, config=config)
        self.runtime = session.client("personalize-runtime", endpoint_url=url, config=config)
        self.events = session.client("personalize-events", endpoint_url=url, config=config)

    def close(self) -> None:
        for client in (self.control, self.runtime, self.events):
            client.close()

    def until_settled(self, describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The resource once its life cycle has come to an end."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = describe()
            if found["status"] in ("ACTIVE", "CREATE FAILED", "CREATE STOPPED"):
                return found
            time.sleep(0.01)
        raise AssertionError(f"still {found['status']}")


def avro(name: str, fields: list[dict[str, Any]]) -> str:
    return json.dumps(
        {"type": "record", "name": name, "namespace": NAMESPACE, "fields": fields, "version": "1.0"}
    )


def category(name: str) -> dict[str, Any]:
    return {"name": name, "type": ["null", "string"], "categorical": True}


INTERACTIONS = avro(
    "Interactions",
    [
        {"name": "USER_ID", "type": "string"},
        {"name": "ITEM_ID", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"},
        {"name": "EVENT_TYPE", "type": "string"},
        {"name": "EVENT_VALUE", "type": ["null", "float"]},
        {"name": "IMPRESSION", "type": ["null", "string"]},
        {"name": "RECOMMENDATION_ID", "type": ["null", "string"]},
        *(category(name) for name in COLUMNS),
    ],
)
USERS = avro("Users", [{"name": "USER_ID", "type": "string"}, category("FAVOURITE_TEAM")])
ITEMS = avro(
    "Items",
    [
        {"name": "ITEM_ID", "type": "string"},
        category("COMPONENT_TYPE"),
        category("CATEGORIES"),
        {"name": "PRICE", "type": ["null", "float"]},
        {"name": "CREATION_TIMESTAMP", "type": "long"},
    ],
)
CATALOGUE = {
    "poll": ("poll", "engagement", 0),
    "quiz": ("quiz", "engagement", 0),
    "shirt": ("merchandise", "shop", 80),
    "scarf": ("merchandise", "shop", 20),
    "bet": ("bet_slip", "betting|engagement", 5),
    "beer": ("food_offer", "food", 10),
}
EVENTS = ("none", "goal", "red_card")


def taste(team: str, event: str, item: str) -> float:
    """The truth of this little world: after a goal Italy shops and Turkey bets; else all answer polls."""
    if event == "goal":
        liked = {"Italy": "shirt", "Turkey": "bet"}[team]
        return 0.8 if item == liked else 0.05
    return 0.5 if item == "poll" else 0.05


def to_csv(rows: Iterable[dict[str, Any]]) -> str:
    listed = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(listed[0]))
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue()


def interactions(count: int = 4000, users: int = 100, seed: int = 1) -> list[dict[str, Any]]:
    """Impressions of three items each, with a click where the taste says so."""
    chance = random.Random(seed)
    rows = []
    for at in range(count):
        user = chance.randrange(users)
        event = chance.choice(EVENTS)
        shown = chance.sample(sorted(CATALOGUE), 3)
        common = {
            "USER_ID": f"user-{user}",
            "TIMESTAMP": START + at * 60,
            "EVENT_VALUE": "",
            "IMPRESSION": "|".join(shown),
            "RECOMMENDATION_ID": f"rec-{at}",
            "MATCH_EVENT": event,
            "MATCH_PHASE": "first_half",
        }
        clicked = [item for item in shown if chance.random() < taste(team_of(user), event, item)]
        for item in clicked:
            rows.append({**common, "ITEM_ID": item, "EVENT_TYPE": "click"})
        if not clicked:
            rows.append({**common, "ITEM_ID": shown[0], "EVENT_TYPE": "impression"})
    return rows


def team_of(user: int) -> str:
    return "Italy" if user % 2 else "Turkey"


def users(count: int = 100) -> list[dict[str, Any]]:
    return [{"USER_ID": f"user-{at}", "FAVOURITE_TEAM": team_of(at)} for at in range(count)]


def items() -> list[dict[str, Any]]:
    return [
        {
            "ITEM_ID": item,
            "COMPONENT_TYPE": kind,
            "CATEGORIES": categories,
            "PRICE": price,
            "CREATION_TIMESTAMP": START,
        }
        for item, (kind, categories, price) in CATALOGUE.items()
    ]
