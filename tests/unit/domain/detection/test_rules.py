"""Rules are data, and the error of an invalid one names the field and the expected value."""

import pytest

from domain.detection.match_detector import MatchDetector
from domain.detection.rules import DEFAULT_RULES, parse_rules, rules_with_overrides
from domain.errors import InvalidFieldError
from domain.moment import MomentType
from tests.support.feed_entries import HOME, goal, moments_of


def test_the_default_rules_are_the_same_after_json() -> None:
    assert parse_rules([rule.to_dict() for rule in DEFAULT_RULES]) == DEFAULT_RULES


def test_a_rule_set_finds_what_it_declares_and_nothing_else() -> None:
    rules = parse_rules(
        [{"kind": "goals_in_window", "moment": "GOAL_RUSH", "threshold": 2, "window_seconds": 60}]
    )
    moments = moments_of([goal(HOME, 1, 1), goal(HOME, 1, 2), goal(HOME, 1, 4)], MatchDetector("m", rules))
    assert [moment.type for moment in moments] == [MomentType.GOAL_RUSH]


def test_a_rule_finds_nothing_during_its_cool_down() -> None:
    rules = parse_rules([{"kind": "entry", "moment": "GOAL", "cool_down_seconds": 120}])
    moments = moments_of([goal(HOME, 1, 1), goal(HOME, 1, 2), goal(HOME, 1, 4)], MatchDetector("m", rules))
    assert [moment.clock_seconds for moment in moments] == [60, 240]


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ("no object", "rules[0]"),
        ({"moment": "GOAL"}, "rules[0].kind"),
        ({"kind": "guess", "moment": "GOAL"}, "rules[0].kind"),
        ({"kind": "entry", "moment": "GAOL"}, "rules[0].moment"),
        ({"kind": "entry", "moment": "GOAL_RUSH"}, "rules[0].moment"),
        ({"kind": "entry", "moment": "GOAL", "cool_down_seconds": "a minute"}, "rules[0].cool_down_seconds"),
        ({"kind": "entry", "moment": "GOAL", "cool_down_seconds": -1}, "rules[0].cool_down_seconds"),
        ({"kind": "comeback", "moment": "COMEBACK"}, "rules[0].threshold"),
        ({"kind": "goals_in_window", "moment": "GOAL_RUSH", "threshold": 3}, "rules[0].window_seconds"),
        (
            {"kind": "goals_in_window", "moment": "GOAL_RUSH", "threshold": 0, "window_seconds": 1},
            "rules[0].threshold",
        ),
        (
            {
                "kind": "goals_in_window",
                "moment": "GOAL_RUSH",
                "threshold": 3,
                "window_seconds": 1,
                "hysteresis": 4,
            },
            "rules[0].hysteresis",
        ),
        ({"kind": "level_at", "moment": "LEVEL_LATE"}, "rules[0].left_seconds"),
        ({"kind": "entry", "moment": "GOAL", "cooldown_seconds": 5}, "rules[0].cooldown_seconds"),
        ({"kind": "equaliser", "moment": "GOAL"}, "rules[0].moment"),
        ({"kind": "lead_change", "moment": "MENTION_SPIKE"}, "rules[0].moment"),
    ],
)
def test_a_malformed_rule_names_its_field(rule: object, field: str) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        parse_rules([rule])
    assert caught.value.field == field


def test_two_rules_for_one_moment_are_refused() -> None:
    rule = {"kind": "entry", "moment": "GOAL"}
    with pytest.raises(InvalidFieldError) as caught:
        parse_rules([rule, rule])
    assert caught.value.field == "rules[1].moment"


def test_overrides_replace_the_default_rule_of_the_same_moment_and_keep_the_others() -> None:
    rules = rules_with_overrides('[{"kind": "comeback", "moment": "COMEBACK", "threshold": 3}]')
    assert len(rules) == len(DEFAULT_RULES)
    assert [rule.threshold for rule in rules if rule.moment is MomentType.COMEBACK] == [3]
    assert rules_with_overrides("[]") == DEFAULT_RULES


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[", "detection.rules"),
        ("{}", "detection.rules"),
        ('[{"kind": "entry"}]', "detection.rules[0].moment"),
    ],
)
def test_invalid_overrides_are_refused_by_field(text: str, field: str) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        rules_with_overrides(text)
    assert caught.value.field == field
