"""Real messages and documents of channels are valid against docs/channels.asyncapi.yaml."""

import json
from typing import Any

import jsonschema
import pytest

from domain.candidate_choice import components_message
from domain.packed_event import pack
from tests.support import builders
from tests.support.audience_rig import AudienceRig, audience_rig, fans
from tests.support.channel_protocol import DOCUMENT, SCHEMAS, validate_on_channel
from tests.support.choice_cases import all_cases
from tests.support.protocol import SCHEMAS as SOCKET_SCHEMAS
from tests.support.protocol import validate_message

ITALIANS = fans("Italy")


@pytest.fixture
def rig() -> AudienceRig:
    rig = audience_rig()
    rig.join(ITALIANS)
    return rig


def test_messages_of_every_case_are_valid() -> None:
    for case in all_cases():
        validate_on_channel("Audience", case.modes().of_audience(case.viewer, named_as=case.named_as))


def test_what_is_published_and_stored_is_valid(rig: AudienceRig) -> None:
    rig.deliver(rig.rig.context())
    frozen = rig.rig.context(builders.a_moment(1), builders.a_moment(2)).with_frozen(("poll",))
    rig.deliver(frozen)
    document = rig.document(ITALIANS)
    assert document["missed"]
    for message in (*rig.published(ITALIANS), document):
        validate_on_channel("Audience", message)
        validate_on_channel("Packed", json.loads(pack(json.dumps(message).encode())))
        # AND what an app makes of it is a message as on a socket
        validate_message("Components", components_message(message, {}))


@pytest.mark.parametrize(
    "changes",
    [{"rulesEdition": "new"}, {"placements": []}, {"conflicts": [[0, 1]]}, {"rotation": -1}, {"missed": []}],
    ids=lambda changes: next(iter(changes)),
)
def test_the_schema_refuses_other_messages(rig: AudienceRig, changes: dict[str, Any]) -> None:
    rig.deliver()
    (message,) = rig.published(ITALIANS)
    with pytest.raises(jsonschema.ValidationError):
        validate_on_channel("Audience", {**message, **changes})


def test_no_schema_has_the_name_of_another_document_s() -> None:
    assert len(SCHEMAS) == len(SOCKET_SCHEMAS) + len(DOCUMENT["components"]["schemas"])
