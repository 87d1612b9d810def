"""Messages that are encoded from shared parts are the same as those that are encoded whole."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.choice import Choice
from domain.component import Slot
from domain.context import MatchContext, initial_context, merge
from domain.match import Side
from domain.placement import Placement, Rung
from domain.recommendation import Recommendation
from domain.subject import Subject
from lambdas.logic.audience_placements import AudiencePlacements
from lambdas.logic.message_encoder import MessageEncoder
from lambdas.logic.messages import complete_bytes, components_message, with_times
from tests.support import builders

MATCH = builders.a_match()
SUBJECTS = st.builds(
    Subject,
    player=st.text(),
    team=st.text(),
    side=st.sampled_from(Side),
    minute=st.sampled_from(["66", "45+2"]),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
COMPONENTS = st.builds(
    builders.a_component,
    st.sampled_from(["poll", "bet", "stats"]),
    st.sampled_from(Slot),
    title=st.text(),
    properties=st.dictionaries(st.text(), JSON, max_size=3),
)
PLACEMENTS = st.lists(
    st.builds(
        Placement,
        component=COMPONENTS,
        rank=st.integers(1, 9),
        rung=st.sampled_from(Rung),
        recommendation_id=st.none() | st.text(),
        constraints=st.lists(st.text(), max_size=2).map(tuple),
        subject=st.none() | SUBJECTS,
        signature=st.none() | st.text(),
    ),
    max_size=3,
).map(tuple)
AUDIENCES = st.builds(
    AudiencePlacements,
    recommendation=st.builds(Recommendation, component_ids=st.just(()), rung=st.sampled_from(Rung)),
    choice=st.builds(Choice, placements=PLACEMENTS, refused=st.just({}), alternatives=PLACEMENTS),
    afterwards=PLACEMENTS,
    cleared=st.lists(st.sampled_from(Slot), max_size=2).map(tuple),
)


CONTEXTS = st.builds(
    lambda goal, frozen: goal.with_frozen(tuple(frozen)),
    st.sampled_from(
        [
            initial_context(MATCH),
            merge(initial_context(MATCH), MATCH, [builders.a_moment()]),
        ]
    ),
    st.lists(st.text(), max_size=2),
)
TRACE = {"plannedAt": 1, "postedAt": 2}
WINDOW = {"reconnectWithinSeconds": 30}


def whole(context: MatchContext, placements: AudiencePlacements) -> dict[str, Any]:
    message = components_message(context=context, match=MATCH, placements=placements, snapshot=False)
    return with_times({**message, **WINDOW}, builders.KICK_OFF, TRACE)


@given(CONTEXTS, st.lists(AUDIENCES, max_size=3))
def test_a_message_from_parts_has_the_bytes_of_one_that_is_encoded_whole(
    context: MatchContext, audiences: list[AudiencePlacements]
) -> None:
    encoder = MessageEncoder(context, MATCH)
    for placements in audiences:
        encoded = complete_bytes(encoder.shared_bytes(placements), builders.KICK_OFF, TRACE, WINDOW)
        plain = json.dumps(whole(context, placements), separators=(",", ":"), ensure_ascii=False)
        assert json.loads(encoded) == json.loads(plain)
        assert sorted(encoded) == sorted(plain.encode()), "the same but for the order of the fields"
