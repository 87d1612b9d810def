"""Recommendations of a trained campaign, through boto3."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.integration.personalize.trained import Trained


def recommended(trained: Trained, user: str, event: str, **options: object) -> list[str]:
    answer = trained.twin.clients.runtime.get_recommendations(
        campaignArn=trained.campaign, userId=user, context={"MATCH_EVENT": event}, **options
    )
    return [item["itemId"] for item in answer["itemList"]]


def error_code(call: object, **arguments: object) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)  # type: ignore[operator]
    return caught.value.response["Error"]["Code"]


def test_context_and_traits_decide_what_comes_first(trained: Trained) -> None:
    # GIVEN viewers of two teams, users 1 (Italy) and 2 (Turkey)
    # WHEN they ask after a goal and in open play
    # THEN the answer follows the preferences in the clicks
    assert recommended(trained, "user-1", "goal")[0] == "shirt"
    assert recommended(trained, "user-2", "goal")[0] == "bet"
    assert recommended(trained, "user-1", "none")[0] == "poll"


def test_a_new_user_gets_recommendations_by_context(trained: Trained) -> None:
    assert recommended(trained, "new-user", "none")[0] == "poll"


def test_scores_add_up_to_one_and_descend(trained: Trained) -> None:
    answer = trained.twin.clients.runtime.get_recommendations(campaignArn=trained.campaign, userId="user-1")
    scores = [item["score"] for item in answer["itemList"]]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1.0)
    assert answer["recommendationId"].startswith("RID-")


def test_the_number_of_results_is_limited(trained: Trained) -> None:
    runtime = trained.twin.clients.runtime
    assert len(recommended(trained, "user-1", "goal", numResults=2)) == 2
    assert (
        error_code(runtime.get_recommendations, campaignArn=trained.campaign, userId="u", numResults=501)
        == "InvalidInputException"
    )


def test_metadata_is_returned_on_request(trained: Trained) -> None:
    answer = trained.twin.clients.runtime.get_recommendations(
        campaignArn=trained.campaign, userId="user-1", metadataColumns={"ITEMS": ["COMPONENT_TYPE"]}
    )
    assert {item["itemId"]: item["metadata"]["component_type"] for item in answer["itemList"]}[
        "beer"
    ] == "food_offer"
    lower = trained.twin.clients.runtime.get_recommendations(
        campaignArn=trained.campaign, userId="user-1", metadataColumns={"ITEMS": ["component_type"]}
    )
    assert lower["itemList"][0]["metadata"] == answer["itemList"][0]["metadata"]


def test_a_request_without_a_user_or_campaign_is_refused(trained: Trained) -> None:
    runtime = trained.twin.clients.runtime
    assert error_code(runtime.get_recommendations, campaignArn=trained.campaign) == "InvalidInputException"
    missing = trained.campaign.replace("shared", "missing")
    assert (
        error_code(runtime.get_recommendations, campaignArn=missing, userId="u")
        == "ResourceNotFoundException"
    )


def test_a_context_value_that_is_too_long_is_refused(trained: Trained) -> None:
    runtime = trained.twin.clients.runtime
    arguments = {"campaignArn": trained.campaign, "userId": "u", "context": {"MATCH_EVENT": "x" * 1001}}
    assert error_code(runtime.get_recommendations, **arguments) == "InvalidInputException"


def test_filters_include_and_exclude(trained: Trained) -> None:
    # GIVEN filters on the items' categories, with and without a parameter
    for name, expression in {
        "only": "INCLUDE ItemID WHERE Items.CATEGORIES IN ($WANTED)",
        "never": 'EXCLUDE ItemID WHERE Items.CATEGORIES IN ("betting")',
        "open": "EXCLUDE ItemID WHERE Items.CATEGORIES IN ($UNWANTED)",
    }.items():
        trained.twin.filter(trained.group, name, expression)
    prefix = trained.campaign.replace("campaign/shared", "filter/")
    # WHEN they are used
    only = recommended(
        trained, "user-2", "goal", filterArn=prefix + "only", filterValues={"WANTED": '"shop","food"'}
    )
    never = recommended(trained, "user-2", "goal", filterArn=prefix + "never")
    # THEN they apply; INCLUDE requires its value, EXCLUDE without one filters nothing
    assert set(only) == {"shirt", "scarf", "beer"}
    assert "bet" not in never
    assert len(recommended(trained, "user-2", "goal", filterArn=prefix + "open")) == 6
    runtime = trained.twin.clients.runtime
    arguments = {"campaignArn": trained.campaign, "userId": "u", "filterArn": prefix + "only"}
    assert error_code(runtime.get_recommendations, **arguments) == "InvalidInputException"


def test_a_promotion_has_its_share_of_the_results(trained: Trained) -> None:
    # GIVEN a filter that selects the shop
    expression = 'INCLUDE ItemID WHERE Items.CATEGORIES IN ("shop")'
    arn = trained.twin.filter(trained.group, "shop", expression)
    # WHEN half of four results are to be from the shop
    answer = trained.twin.clients.runtime.get_recommendations(
        campaignArn=trained.campaign,
        userId="user-2",
        context={"MATCH_EVENT": "goal"},
        numResults=4,
        promotions=[{"name": "shop", "percentPromotedItems": 50, "filterArn": arn}],
    )
    # THEN two of them are, and name the promotion
    promoted = {item["itemId"] for item in answer["itemList"] if item.get("promotionName") == "shop"}
    assert promoted == {"shirt", "scarf"}
    assert len(answer["itemList"]) == 4


def test_a_promotion_s_filter_is_independent_of_the_request_s(trained: Trained) -> None:
    # GIVEN one filter for promoted items, another for the others
    twin, group = trained.twin, trained.group
    promoted_filter = twin.filter(group, "promoted", 'INCLUDE ItemID WHERE Items.CATEGORIES IN ("shop")')
    rest_filter = twin.filter(group, "rest", 'INCLUDE ItemID WHERE Items.CATEGORIES IN ("food","engagement")')
    firsts = set()
    for _ in range(40):
        # WHEN both are used
        answer = trained.twin.clients.runtime.get_recommendations(
            campaignArn=trained.campaign,
            userId="user-1",
            context={"MATCH_EVENT": "goal"},
            numResults=4,
            filterArn=rest_filter,
            promotions=[{"name": "shop", "percentPromotedItems": 50, "filterArn": promoted_filter}],
        )["itemList"]
        promoted = [item for item in answer if item.get("promotionName") == "shop"]
        others = [item for item in answer if "promotionName" not in item]
        # THEN each part matches its own filter and is in order
        assert {item["itemId"] for item in promoted} == {"shirt", "scarf"}
        assert {item["itemId"] for item in others} < {"poll", "quiz", "bet", "beer"}
        for part in (promoted, others):
            assert len(part) == 2
            assert part[0]["score"] >= part[1]["score"]
        firsts.add("promotionName" in answer[0])
    # AND promoted items are at random places
    assert firsts == {True, False}


def test_clicks_take_effect_at_once(trained: Trained) -> None:
    # GIVEN a new user, for whom the poll comes first in open play
    clients = trained.twin.clients
    tracker = clients.control.create_event_tracker(name="shared", datasetGroupArn=trained.group)
    clients.until_settled(
        lambda: clients.control.describe_event_tracker(eventTrackerArn=tracker["eventTrackerArn"])[
            "eventTracker"
        ]
    )
    assert recommended(trained, "fresh", "none")[0] == "poll"
    # WHEN the user ignores the poll and clicks on beer six times
    for at in range(6):
        clients.events.put_events(
            trackingId=tracker["trackingId"],
            userId="fresh",
            sessionId="session",
            eventList=[
                {
                    "eventType": "click",
                    "itemId": "beer",
                    "sentAt": 1_700_000_000 + at,
                    "impression": ["poll", "beer", "quiz"],
                    "properties": '{"matchEvent": "none"}',
                }
            ],
        )
    # THEN beer comes first for this user, and not for others
    assert recommended(trained, "fresh", "none")[0] == "beer"
    assert recommended(trained, "other", "none")[0] == "poll"


def test_a_new_item_is_recommended_by_its_categories(trained: Trained) -> None:
    # GIVEN a new item, in a category that Italy prefers after a goal
    dataset = trained.group.replace("dataset-group/shared", "dataset/shared/ITEMS")
    new = {"componentType": "merchandise", "categories": "shop", "creationTimestamp": 1_780_000_000}
    trained.twin.clients.events.put_items(
        datasetArn=dataset, items=[{"itemId": "cap", "properties": json.dumps(new)}]
    )
    # WHEN recommendations are requested
    ranked = recommended(trained, "user-1", "goal")
    # THEN it ranks with its category
    assert ranked.index("cap") < ranked.index("quiz")
