"""Filter expressions: what parses, what is refused, and which items pass."""

import pytest

from local.twin.services.personalize.data.group_data import GroupData, StreamedEvent
from local.twin.services.personalize.dataset_schema import DatasetSchema, SchemaField
from local.twin.services.personalize.errors import InvalidInputError, LimitExceededError
from local.twin.services.personalize.filters.evaluation import FilterEvaluation
from local.twin.services.personalize.filters.rules import check_filter, check_number_of_fields, fields_of
from local.twin.services.personalize.filters.syntax import parse_filter

SCHEMAS = {
    "INTERACTIONS": DatasetSchema(
        dataset_type="INTERACTIONS",
        fields=(
            SchemaField(name="EVENT_TYPE", type="string"),
            SchemaField(name="MATCH_EVENT", type="string"),
        ),
    ),
    "ITEMS": DatasetSchema(
        dataset_type="ITEMS",
        fields=(
            SchemaField(name="ITEM_ID", type="string"),
            SchemaField(name="KIND", type="string", categorical=True),
            SchemaField(name="PRICE", type="float"),
            SchemaField(name="ON_SALE", type="boolean"),
        ),
    ),
    "USERS": DatasetSchema(
        dataset_type="USERS",
        fields=(SchemaField(name="LIKES", type="string"), SchemaField(name="AGE", type="int")),
    ),
}
ITEMS = {
    "bet": {"ITEM_ID": "bet", "KIND": "betting|game", "PRICE": 5.0},
    "quiz": {"ITEM_ID": "quiz", "KIND": "game", "PRICE": 0.0},
    "shirt": {"ITEM_ID": "shirt", "KIND": "shop", "PRICE": 80.0},
}


def passing_items(text: str, **values: str) -> set[str]:
    expressions = parse_filter(text)
    check_filter(expressions, SCHEMAS)
    data = GroupData(schemas=dict(SCHEMAS), items=ITEMS, users={"u": {"LIKES": "game|shop", "AGE": 17}})
    row = {"EVENT_TYPE": "Click", "TIMESTAMP": 1}
    data.stream(None, StreamedEvent(user_id="u", item_id="quiz", row=row, impression=()))
    return set(FilterEvaluation(expressions, values=values, user_id="u", data=data).keep(ITEMS))


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ('EXCLUDE ItemID WHERE Items.KIND IN ("betting")', {}, {"quiz", "shirt"}),
        ('include itemid where Items.KIND not in ("betting", "shop")', {}, {"quiz"}),
        ("INCLUDE ItemID WHERE Items.PRICE <= 5", {}, {"bet", "quiz"}),
        ("INCLUDE ItemID WHERE Items.PRICE > $LEAST", {"LEAST": "4"}, {"bet", "shirt"}),
        ("INCLUDE ItemID WHERE Items.KIND IN ($KIND)", {"KIND": '"shop","betting"'}, {"bet", "shirt"}),
        ('EXCLUDE ItemID WHERE Items.KIND IN ("betting") IF CurrentUser.AGE < 18', {}, {"quiz", "shirt"}),
        ('EXCLUDE ItemID WHERE Items.KIND IN ("betting") IF CurrentUser.AGE >= 18', {}, set(ITEMS)),
        ('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click")', {}, {"bet", "shirt"}),
        ("INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN (*)", {}, {"quiz"}),
        ('INCLUDE ItemID WHERE Interactions.event_type IN ("*")', {}, {"quiz"}),
        ('INCLUDE ItemID WHERE Items.KIND IN ("game") AND Items.PRICE > 1', {}, {"bet"}),
        ('INCLUDE ItemID WHERE Items.KIND IN ("shop") OR Items.PRICE = 0', {}, {"quiz", "shirt"}),
        (
            'INCLUDE ItemID WHERE Items.KIND IN ("game")'
            " | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN (*)",
            {},
            {"bet"},
        ),
        (
            'EXCLUDE ItemID WHERE Items.KIND IN ("shop") | EXCLUDE ItemID WHERE Items.KIND IN ("betting")',
            {},
            {"quiz"},
        ),
    ],
)
def test_a_filter_passes_the_matching_items(text: str, values: dict[str, str], expected: set[str]) -> None:
    assert passing_items(text, **values) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "INCLUDE or EXCLUDE"),
        ("EXCLUDE UserID WHERE Items.KIND IN ($K)", "ITEMID"),
        ('EXCLUDE ItemID Items.KIND IN ("x")', "WHERE"),
        ('EXCLUDE ItemID WHERE KIND IN ("x")', "a field such as"),
        ('EXCLUDE ItemID WHERE Items.COLOUR IN ("x")', "no field ITEMS.COLOUR"),
        ('EXCLUDE ItemID WHERE Items.KIND IN "x"', "expected ("),
        ('EXCLUDE ItemID WHERE Items.KIND LIKE ("x")', "a comparison"),
        ('EXCLUDE ItemID WHERE Items.ON_SALE IN ("true")', "boolean"),
        ('EXCLUDE ItemID WHERE Items.PRICE IN ("x")', "is a number"),
        ("EXCLUDE ItemID WHERE Items.KIND < 5", "is not a number"),
        ("EXCLUDE ItemID WHERE Items.KIND IN (*)", "event types of interactions"),
        ('EXCLUDE ItemID WHERE Interactions.MATCH_EVENT IN ("goal")', "EVENT_TYPE"),
        ('EXCLUDE ItemID WHERE Items.KIND IN ("x") AND Interactions.EVENT_TYPE IN (*)', "one dataset"),
        ('EXCLUDE ItemID WHERE Items.KIND IN ("x") IF Items.PRICE > 1', "CurrentUser only"),
        ('EXCLUDE ItemID WHERE Items.KIND IN ("x") nonsense', "the end or |"),
        ("EXCLUDE ItemID WHERE Items.KIND IN (;)", "an expression"),
        ("INCLUDE ItemID WHERE Items.KIND IN (CurrentUser.LIKES)", "a quoted string"),
        ("INCLUDE ItemID WHERE CurrentUser.AGE > 18", "expected Interactions or Items"),
        ("EXCLUDE ItemID WHERE Items.KIND IN ($K) IF CurrentUser.AGE > 18 OR CurrentUser.AGE < 5", "the end"),
    ],
)
def test_an_invalid_filter_is_refused_with_the_place_of_the_error(text: str, message: str) -> None:
    with pytest.raises(InvalidInputError, match="filter expression") as caught:
        passing_items(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "INCLUDE ItemID WHERE Items.KIND NOT IN ($KIND)",
        'EXCLUDE ItemID WHERE Items.KIND IN ("x") IF CurrentUser.LIKES NOT IN ("a", $KIND)',
    ],
)
def test_not_in_takes_no_placeholder(text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"Invalid input symbol: \$KIND\. Placeholders"):
        passing_items(text, KIND='"shop"')


def test_a_filter_uses_at_most_ten_fields_and_a_group_twenty() -> None:
    ten, others = (frozenset(("ITEMS", f"{kind}{at}") for at in range(10)) for kind in "AB")
    check_number_of_fields(ten, [ten, others])
    with pytest.raises(LimitExceededError, match="at most 10"):
        check_number_of_fields(ten | {("ITEMS", "C")}, [])
    with pytest.raises(LimitExceededError, match="at most 20"):
        check_number_of_fields(frozenset({("CURRENTUSER", "AGE")}), [ten, others])
    text = "EXCLUDE ItemID WHERE Items.KIND IN ($A) AND Items.kind IN ($B) IF CurrentUser.AGE > 1"
    assert fields_of(parse_filter(text)) == {("ITEMS", "KIND"), ("CURRENTUSER", "AGE")}


def test_a_missing_value_is_an_error_for_include_and_skips_the_condition_for_exclude() -> None:
    with pytest.raises(InvalidInputError, match="KIND"):
        passing_items("INCLUDE ItemID WHERE Items.KIND IN ($KIND)")
    assert passing_items("EXCLUDE ItemID WHERE Items.KIND IN ($KIND)") == set(ITEMS)
    with pytest.raises(InvalidInputError, match="no parameter"):
        passing_items("EXCLUDE ItemID WHERE Items.KIND IN ($KIND)", OTHER="x")
