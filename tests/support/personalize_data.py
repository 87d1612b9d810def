"""Schemas and data of a small catalogue with known tastes, for tests of Personalize."""

import csv
import io
import json
import random
from collections.abc import Iterable
from typing import Any

ROLE = "arn:aws:iam::123456789012:role/personalize"
COLUMNS = ("MATCH_EVENT", "MATCH_PHASE")
NAMESPACE = "com.amazonaws.personalize.schema"
START = 1_700_000_000


def avro(name: str, fields: list[dict[str, Any]]) -> str:
    """Return an Avro schema."""
    return json.dumps(
        {"type": "record", "name": name, "namespace": NAMESPACE, "fields": fields, "version": "1.0"}
    )


def category(name: str) -> dict[str, Any]:
    """Return a nullable categorical field."""
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
    """Return the click probability: shirts (Italy) or bets (Turkey) after a goal, polls otherwise."""
    if event == "goal":
        liked = {"Italy": "shirt", "Turkey": "bet"}[team]
        return 0.8 if item == liked else 0.05
    return 0.5 if item == "poll" else 0.05


def to_csv(rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as CSV with a header."""
    listed = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(listed[0]))
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue()


def interactions(count: int = 4000, users: int = 100, seed: int = 1) -> list[dict[str, Any]]:
    """Return clicks on items shown in threes, and an impression for each list without a click."""
    rng = random.Random(seed)
    rows = []
    for at in range(count):
        user = rng.randrange(users)
        event = rng.choice(EVENTS)
        shown = rng.sample(sorted(CATALOGUE), 3)
        common = {
            "USER_ID": f"user-{user}",
            "TIMESTAMP": START + at * 60,
            "EVENT_VALUE": "",
            "IMPRESSION": "|".join(shown),
            "RECOMMENDATION_ID": f"rec-{at}",
            "MATCH_EVENT": event,
            "MATCH_PHASE": "first_half",
        }
        clicked = [item for item in shown if rng.random() < taste(team_of(user), event, item)]
        for item in clicked:
            rows.append({**common, "ITEM_ID": item, "EVENT_TYPE": "click"})
        if not clicked:
            rows.append({**common, "ITEM_ID": shown[0], "EVENT_TYPE": "impression"})
    return rows


def team_of(user: int) -> str:
    """Return the favourite team of a user."""
    return "Italy" if user % 2 else "Turkey"


def users(count: int = 100) -> list[dict[str, Any]]:
    """Return rows of the Users dataset."""
    return [{"USER_ID": f"user-{at}", "FAVOURITE_TEAM": team_of(at)} for at in range(count)]


def items() -> list[dict[str, Any]]:
    """Return rows of the Items dataset."""
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
