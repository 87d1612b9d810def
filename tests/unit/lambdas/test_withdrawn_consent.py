"""A viewer who withdraws a consent gets nothing that asks for it, although asked for by name before."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from domain.audience import Audience
from domain.channel import channel_of, document_key
from domain.cohort import ViewerTraits
from domain.constraint import Constraint, ConstraintKind, Selector
from domain.experiment import Experiment
from lambdas.logic.channel_pass import PassSigner
from lambdas.logic.pass_issuer import PassIssuer
from lambdas.logic.presence import ChannelPresence
from tests.support import builders, fakes
from tests.support.audience_rig import MATCH_ID, AudienceRig, audience_rig

EXPERIMENT = Experiment(season="s", holdout_share=0.0)
CONSENT = Constraint(
    id="betting-consent",
    kind=ConstraintKind.CONSENT,
    selector=Selector(categories=frozenset({"betting"})),
    consent="betting",
)
CONSENTING = builders.a_viewer(7, consents=frozenset({"betting"}))
WITHDRAWN = replace(CONSENTING, consents=frozenset())


class Links:
    def link(self, address: str, expires_at: object) -> str:
        return document_key(address)


@pytest.fixture
def rig() -> AudienceRig:
    rig = audience_rig()
    rig.rig.catalogue.rules = [CONSENT]
    return rig


def presence(rig: AudienceRig) -> ChannelPresence:
    return ChannelPresence(
        connections=rig.rig.connections,
        matches=rig.rig.matches,
        catalogue=rig.rig.catalogue,
        audiences=rig.store,
        experiment=EXPERIMENT,
        telemetry=rig.rig.telemetry,
        named_viewers=1,
    )


def given_pass(rig: AudienceRig, viewer: ViewerTraits) -> Mapping[str, Any]:
    issuer = PassIssuer(
        matches=rig.rig.matches,
        catalogue=rig.rig.catalogue,
        audiences=rig.store,
        queue=fakes.InMemoryDispatchQueue(),
        signer=PassSigner(keys=fakes.FixedPlacementKeys()),
        links=Links(),
        experiment=EXPERIMENT,
        telemetry=rig.rig.telemetry,
        clock=rig.rig.clock,
        draw=lambda: 1.0,
        joins_per_second=10,
        impression_share=1.0,
    )
    return issuer.issue(MATCH_ID, viewer)


def components_of(rig: AudienceRig, viewer: ViewerTraits) -> list[set[str]]:
    """Return the components of the last message on each channel of the pass, and in its documents."""
    given = given_pass(rig, viewer)
    inboxes = {channel_of(address): inbox for address, inbox in rig.publisher.inboxes.items()}
    stored = {document_key(address): text.encode() for address, (text, _) in rig.documents.documents.items()}
    texts = [inboxes[channel][-1] for channel in given["channels"] if channel in inboxes]
    texts += [stored[key] for key in given["documents"] if key in stored]
    return [{each["componentId"] for each in json.loads(text)["components"]} for text in texts]


def test_a_withdrawn_consent_closes_the_channel_that_was_chosen_with_it(rig: AudienceRig) -> None:
    # GIVEN a viewer who consents, is asked for by name, and gets what asks for the consent
    before = given_pass(rig, CONSENTING)
    presence(rig).chose(MATCH_ID, CONSENTING, rig.rig.clock(), recorded_as=CONSENTING)
    rig.deliver()
    found = components_of(rig, CONSENTING)
    assert len(found) == 4
    assert all("bet" in each for each in found)
    # WHEN the consent is withdrawn, and the next version comes before the viewer makes another choice
    after = given_pass(rig, WITHDRAWN)
    rig.deliver(rig.rig.context().repeated())
    # THEN the new pass opens no channel and no document of the earlier traits
    assert set(after["channels"]).isdisjoint(before["channels"])
    assert set(after["documents"]).isdisjoint(before["documents"])
    found = components_of(rig, WITHDRAWN)
    assert len(found) == 2
    assert all("bet" not in each for each in found)
    # AND interactions are recorded at the same place as before
    assert after["ownAddress"] == before["ownAddress"]


def test_the_next_choice_has_the_viewer_asked_for_with_the_present_traits(rig: AudienceRig) -> None:
    at = presence(rig)
    at.chose(MATCH_ID, CONSENTING, rig.rig.clock(), recorded_as=CONSENTING)
    # GIVEN that the row of the viewer's interactions still has the consent
    at.chose(MATCH_ID, WITHDRAWN, rig.rig.clock(), recorded_as=CONSENTING)
    assert rig.store.named(MATCH_ID, rig.rig.clock()) == [WITHDRAWN]
    rig.deliver()
    (message,) = rig.published(Audience.of_one(WITHDRAWN))
    assert message["rung"] == "viewer"
    assert "bet" not in {each["componentId"] for each in message["components"]}
