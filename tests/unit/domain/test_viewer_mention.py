"""A viewer is found in the fields that hold viewers, in every form of a record, and nowhere else."""

import base64
import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.viewer_mention import ViewerMention, named_viewers
from tests.support.viewer_records import FORMS, OF_ONE, OF_SEVERAL, Record, decision

ZOE, YAN = "zoe-9f", "yan-9f"
RECORDS: dict[str, Record] = {
    **{name: write(ZOE) for name, write in OF_ONE.items()},
    **{name: write(ZOE, YAN) for name, write in OF_SEVERAL.items()},
}
ENCODED = re.compile('"(?:payload|rawData)": "([A-Za-z0-9+/=]{40,})"')


def texts(value: object) -> Iterator[str]:
    """Yield every text and number in a value, with the names of fields and the parts of texts."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from (*texts(name), *texts(inner))
        case list():
            for inner in value:
                yield from texts(inner)
        case str():
            yield value
            yield from re.split(r'[#|/:,"\\\[\]{} ]+', value)
            for encoded in ENCODED.findall(value):
                yield from texts(base64.b64decode(encoded).decode())
        case _:
            yield str(value)


OTHER_TEXTS = {
    text
    for record in RECORDS.values()
    for form in FORMS.values()
    for text in texts([record, form(record)])
    if ZOE not in text and YAN not in text
}
IDS = st.sampled_from(
    sorted(text for text in OTHER_TEXTS if re.fullmatch("[A-Za-z0-9._:@|+=-]{1,100}", text))
)
ANY_ID = IDS | st.from_regex("[A-Za-z0-9._:@|+=-]{1,100}", fullmatch=True)


def test_no_other_value_of_a_record_is_taken_for_a_viewer() -> None:
    # GIVEN every text, number, name of a field and part of a text that names no viewer
    assert {"2", "42", "Italy", "turkey-italy", "viewer_id", "first_half", "olga", "GOAL"} <= OTHER_TEXTS
    for record in RECORDS.values():
        # THEN records name their viewers alone, in every form
        viewers = set(named_viewers(record))
        assert ZOE in viewers
        assert viewers <= {ZOE, YAN}
        assert all(set(named_viewers(form(record))) == viewers for form in FORMS.values())
        # AND nobody with another value as the id is found
        assert [text for text in OTHER_TEXTS if ViewerMention(text).is_in(record)] == []


@given(viewer_id=ANY_ID)
def test_what_is_written_about_a_viewer_names_the_viewer(viewer_id: str) -> None:
    mention = ViewerMention(viewer_id)
    written = [write(viewer_id) for write in OF_ONE.values()]
    written += [write(ZOE, viewer_id) for write in OF_SEVERAL.values()]
    for record in written:
        assert mention.is_in(record)
        assert [name for name, form in FORMS.items() if not mention.is_in(form(record))] == []


def test_a_decision_for_an_audience_names_nobody() -> None:
    assert list(named_viewers(decision(None))) == []


@pytest.mark.parametrize(
    "value",
    [
        {"viewer_id": ZOE},
        {"viewer_id": 42, "viewer_ids": [ZOE]},
        {"audiences": [{"cohort": "Italy"}, {"viewer_id": ZOE}]},
        {"payload": {"viewer_id": ZOE}},
        json.dumps({"viewer_id": ZOE}).encode(),
        json.dumps({"viewer_ids": [YAN, ZOE, YAN]})[:-12],
        json.dumps([{"operatorId": ZOE}]),
        json.dumps({"viewer_id": YAN}) + json.dumps({"viewer_id": ZOE}),
        json.dumps(
            {"payload": base64.b64encode(json.dumps({"viewer_id": ZOE, "x": 1}).encode()).decode()[:-5]}
        ),
    ],
)
def test_the_id_is_found_in_every_form_in_which_it_is_stored(value: object) -> None:
    assert ViewerMention(ZOE).is_in(value)


@pytest.mark.parametrize(
    "value",
    [
        ZOE,
        [ZOE],
        {"viewer_id": f"{ZOE}0"},
        {"viewer_id": {"S": ZOE}},
        {"viewers": ZOE, "cohort": ZOE, ZOE: ZOE},
        {"why": json.dumps({"viewer_id": ZOE})},
        json.dumps({"viewer_id": f"not {ZOE} but another"}),
        json.dumps({"viewer_id": f"{ZOE}0", "cohort": ZOE})[:-4],
        json.dumps({"viewer_ids": [YAN], "cohorts": [ZOE]})[:-1],
        json.dumps({"payload": base64.b64encode(b'{"viewer_id": "zoe-9f0"}').decode()}),
        {"payload": "no base64 at all", "viewer_id": None, "viewer_ids": True},
        b"\xff\xfe",
        "[" * 100_000 + ZOE,
        json.loads("[" * 900 + "]" * 900),
    ],
)
def test_another_viewers_data_is_not_taken_for_it(value: object) -> None:
    assert not ViewerMention(ZOE).is_in(value)


@pytest.mark.parametrize("viewer_id", ["auth0|5f", "Größe", 'a"b', "42"])
def test_ids_of_any_issuer_are_found(viewer_id: str) -> None:
    assert ViewerMention(viewer_id).is_in(json.dumps({"viewer_id": viewer_id}))
    assert not ViewerMention(viewer_id).is_in(json.dumps({"viewer_id": viewer_id + "0", "version": 42}))


def test_a_number_is_the_viewer_as_whom_a_training_reads_it() -> None:
    assert ViewerMention("42").is_in('{"viewer_id": 42, "version": 7}')
    assert not ViewerMention("7").is_in('{"viewer_id": 42, "version": 7}')
