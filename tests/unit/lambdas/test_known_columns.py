"""Personalize is sent only the context columns that its dataset group knows."""

import json
from dataclasses import replace
from typing import Any

import pytest

from domain.registry import CONTEXT_REGISTRY
from lambdas.adapters.personalize import PersonalizeEventTracker, PersonalizeRecommender
from lambdas.environment import read_settings
from lambdas.settings import ContextSettings
from tests.support.interactions import COLUMNS, recorded

KNOWN = frozenset({"MATCH_EVENT"})


class RecordingClient:
    """A client of Personalize's runtime and events that keeps what it was sent."""

    def __init__(self) -> None:
        self.sent: dict[str, Any] = {}

    def get_recommendations(self, **request: Any) -> dict[str, Any]:
        self.sent = request
        return {"itemList": [], "recommendationId": "r"}

    def put_events(self, **request: Any) -> None:
        self.sent = request


@pytest.fixture
def client() -> Any:
    return RecordingClient()


def test_a_campaign_is_asked_in_the_columns_that_it_has_learnt(client: Any) -> None:
    PersonalizeRecommender(lambda: client, "campaign", KNOWN).recommend("u", COLUMNS, 3)
    assert client.sent["context"] == {"MATCH_EVENT": "goal"}


def test_a_tracker_gets_the_columns_of_its_group(client: Any) -> None:
    interaction = replace(recorded(), columns=COLUMNS)
    PersonalizeEventTracker(client, "tracker", KNOWN).put_events([interaction])
    (event,) = client.sent["eventList"]
    assert json.loads(event["properties"]) == {"matchEvent": "goal"}


def test_a_stage_without_an_older_group_sends_every_column() -> None:
    assert read_settings(ContextSettings, {}).names == set(CONTEXT_REGISTRY.names)
    older = {"CONTEXT_COLUMNS": "MATCH_EVENT OCCASION"}
    assert read_settings(ContextSettings, older).names == {"MATCH_EVENT", "OCCASION"}
