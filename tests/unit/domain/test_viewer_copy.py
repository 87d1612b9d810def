"""A copy of a record has what is about the viewer, and names nobody else."""

import base64
import json

import pytest

from domain.viewer_copy import LEFT_OUT, without_others
from domain.viewer_mention import named_viewers
from tests.support.viewer_records import FORMS, OF_ONE, OF_SEVERAL, as_dead_letter, dispatch_task

ZOE, YAN, EVE = "zoe-9f", "yan-9f", "42"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", OF_SEVERAL)
def test_a_record_of_several_is_copied_for_one_of_them(name: str, form: str) -> None:
    whole = FORMS[form](OF_SEVERAL[name](YAN, ZOE, EVE))
    copied = without_others(whole, ZOE)
    assert YAN not in copied
    # AND text that cannot be parsed is left out as a whole
    assert set(named_viewers(copied)) == ({ZOE} if LEFT_OUT not in copied else set())
    assert (LEFT_OUT in copied) == ("damaged" in form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", OF_ONE)
def test_a_record_of_one_viewer_is_copied_as_it_is(name: str, form: str) -> None:
    whole = FORMS[form](OF_ONE[name](ZOE))
    assert without_others(whole, ZOE) == whole


def test_what_names_nobody_stays_in_the_copy() -> None:
    copied = json.loads(without_others(json.dumps(dispatch_task(YAN, ZOE)), ZOE))
    cohort = dispatch_task()["audiences"]
    assert copied == {**dispatch_task(ZOE), "audiences": [*cohort, dispatch_task(ZOE)["audiences"][1]]}


def test_the_record_in_a_dead_letter_is_reduced_in_its_place() -> None:
    letter = json.loads(without_others(as_dead_letter(OF_SEVERAL["preparation"](YAN, ZOE)), ZOE))
    assert letter["reason"] == json.loads(as_dead_letter({}))["reason"]
    assert json.loads(letter["payload"]) == OF_SEVERAL["preparation"](ZOE)


@pytest.mark.parametrize(
    ("record", "copied"),
    [
        ([{"viewer_id": ZOE}, {"viewer_id": YAN}, "text", 7], [{"viewer_id": ZOE}, "text", 7]),
        ({"viewer_id": YAN, "viewer_ids": [YAN, ZOE]}, {"viewer_id": None, "viewer_ids": [ZOE]}),
        ({"asked": {"viewer_id": ZOE, "operatorId": YAN}}, {"asked": {"viewer_id": ZOE, "operatorId": None}}),
        ({"viewer_id": ZOE, "viewer_ids": [7]}, {"viewer_id": ZOE, "viewer_ids": []}),
    ],
)
def test_ids_of_others_are_removed_wherever_they_stand(record: object, copied: object) -> None:
    assert json.loads(without_others(json.dumps(record), ZOE)) == copied


def test_a_record_in_base64_is_readable_once_it_is_reduced() -> None:
    record = json.dumps({"viewer_ids": [ZOE, YAN]}).encode()
    copied = json.loads(without_others(json.dumps({"data": base64.b64encode(record).decode()}), ZOE))
    assert json.loads(copied["data"]) == {"viewer_ids": [ZOE]}


def test_two_records_on_a_line_are_left_out() -> None:
    line = json.dumps({"viewer_id": ZOE}) + json.dumps({"viewer_id": YAN})
    assert without_others(line, ZOE) == LEFT_OUT
