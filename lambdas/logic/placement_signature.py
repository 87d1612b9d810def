"""Signatures of placements: an interaction counts only if the server placed the component for this viewer.

A signature is `<issued>.<mac>`, or `<issued>.<mac>.<consents>`, with the issue time in Unix seconds. The MAC
is two in one: that of the placement covers match, version, issue time, audience, component and slot; that of
the recommendation has its id instead of component and slot. An audience shares its signatures: one viewer
where the recommendation is the viewer's own, else a cohort with its consents and its side of the experiment.

Another form takes two releases: one that accepts it, and then one that signs in it. A deployment replaces the
functions in any order, and apps have signatures of the form before for a day.
"""

import base64
import functools
import hmac
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.audience import Audience
from domain.cohort import ViewerTraits
from domain.component import Component, Slot
from domain.context import MatchContext
from domain.experiment import NO_EXPERIMENT, Experiment
from domain.interaction import MAX_DELAY, Interaction
from domain.metrics import Metric
from domain.placement import Placement
from lambdas.logic.audience_placements import AudiencePlacements
from lambdas.logic.errors import InteractionError, ProtocolError
from lambdas.logic.ports.placement_keys import SigningKey, VerificationKeys

MAC_BYTES = 12
"""Of HMAC-SHA256: every placement of every message carries one, and who guesses has a few tries a second."""
RECOMMENDATION_MAC_BYTES = 4
"""Who guesses this one is not told whether the guess was right."""
MAC_LENGTH = 4 * MAC_BYTES // 3
"""In Base64, before the MAC of the recommendation."""
FORM = re.compile(r"([0-9]{1,11})\.([A-Za-z0-9_-]{22})(?:\.(\S.*))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementSigner:
    """Signs the placements of an audience."""

    keys: SigningKey

    def sign(
        self, context: MatchContext, audience: Audience, placements: AudiencePlacements, now: datetime
    ) -> AudiencePlacements:
        """Return the placements with signatures; without a key they are shown unsigned."""
        signature = self.signatures(context, audience, now)

        def signed(placed: Iterable[Placement]) -> tuple[Placement, ...]:
            return tuple(
                replace(each, signature=signature(each.component, each.recommendation_id)) for each in placed
            )

        choice = placements.choice
        return replace(
            placements,
            choice=replace(
                choice, placements=signed(choice.placements), alternatives=signed(choice.alternatives)
            ),
            afterwards=signed(placements.afterwards),
        )

    def signatures(
        self, context: MatchContext, audience: Audience, now: datetime
    ) -> Callable[[Component, str | None], str | None]:
        """Return what signs a component's placement by a recommendation; None without a key."""
        key = self.keys.current()
        issued = str(int(now.timestamp()))
        consents = _consents_text(audience)
        shared = _text((context.match_id, str(context.version), issued, *_audience_parts(audience, consents)))

        @functools.cache
        def recommendation_mac(recommendation_id: str | None) -> str:
            return "" if key is None else _recommendation_mac(key, shared, recommendation_id)

        def signature(component: Component, recommendation_id: str | None) -> str | None:
            if key is None:
                return None
            mac = _mac(key, shared, component.id, component.slot) + recommendation_mac(recommendation_id)
            return f"{issued}.{mac}.{consents}" if consents else f"{issued}.{mac}"

        return signature


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPlacement:
    """What the server knows of a placement by its signature: when it was made, and by which recommendation.

    `recommendation_id` is None if the app named none, or another than the placement's.
    """

    issued_at: datetime
    recommendation_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementVerifier:
    """Verifies that a placement was made for a viewer: by name, or for the viewer's cohort."""

    keys: VerificationKeys
    experiment: Experiment = NO_EXPERIMENT

    def verify(
        self, match_id: str, interaction: Interaction, viewer: ViewerTraits, field: str, now: datetime
    ) -> SignedPlacement:
        """Return what the signature of an interaction says; raises InteractionError if it is not one.

        `field` is the name of the signature's field in the message.
        """
        matched = FORM.fullmatch(interaction.signature)
        if matched is None:
            raise _not_placed(field, "another form")
        issued, mac, consents = matched.group(1), matched.group(2), matched.group(3) or ""
        parts = [
            _text((match_id, str(interaction.version), issued, *audience))
            for audience in self._audiences(viewer, consents)
        ]
        signed_with = self._signed_with(mac[:MAC_LENGTH], parts, interaction)
        if signed_with is None:
            raise _not_placed(field, "one of another placement or viewer")
        issued_at = datetime.fromtimestamp(int(issued), UTC)
        if now > issued_at + MAX_DELAY:
            raise InteractionError(
                "NOT_PLACED",
                field=field,
                expected=f"the signature of a placement of the last {MAX_DELAY.days * 24} hours",
                got=f"one of {issued_at.isoformat()}",
                reason=Metric.INTERACTIONS_EXPIRED,
            )
        named = interaction.recommendation_id
        is_named = hmac.compare_digest(_recommendation_mac(*signed_with, named), mac[MAC_LENGTH:])
        return SignedPlacement(issued_at=issued_at, recommendation_id=named if is_named else None)

    def _audiences(self, viewer: ViewerTraits, consents: str) -> Iterator[list[str]]:
        """Yield the audiences to which the viewer can belong.

        At a match without the viewer's favourite team, the cohort is one without a team.
        """
        yield _viewer_parts(viewer.viewer_id)
        if viewer.consents.issuperset(consents.split()):
            holdout = self.experiment.holds_out(viewer.viewer_id)
            for key in dict.fromkeys((viewer.cohort.key, viewer.cohort.at_match_of().key)):
                yield _cohort_parts(key, consents, holdout=holdout)

    def _signed_with(
        self, mac: str, parts: Sequence[str], interaction: Interaction
    ) -> tuple[bytes, str] | None:
        """Return the key and the text of the audience's version that a placement's MAC was made with."""

        def find() -> tuple[bytes, str] | None:
            for key in self.keys.accepted():
                for shared in parts:
                    if hmac.compare_digest(
                        _mac(key, shared, interaction.component_id, interaction.slot), mac
                    ):
                        return key, shared
            return None

        found = find() or (find() if self.keys.refresh() else None)
        if found is None and not self.keys.accepted():
            raise ProtocolError("INTERNAL", "the placement cannot be verified now; try again")
        return found


def _not_placed(field: str, got: str) -> InteractionError:
    return InteractionError(
        "NOT_PLACED",
        field=field,
        expected="the signature that the placement of this component, slot and version had",
        got=got,
        reason=Metric.INTERACTIONS_NOT_PLACED,
    )


def _audience_parts(audience: Audience, consents: str) -> list[str]:
    """Return what a signature says about the audience that it was made for."""
    if audience.viewer_id is not None:
        return _viewer_parts(audience.viewer_id)
    return _cohort_parts(audience.cohort.key, consents, holdout=audience.holdout)


def _viewer_parts(viewer_id: str) -> list[str]:
    return ["viewer", viewer_id]


def _cohort_parts(cohort_key: str, consents: str, *, holdout: bool) -> list[str]:
    return ["cohort", cohort_key, consents, "holdout" if holdout else "treated"]


def _text(parts: Iterable[str]) -> str:
    """Return one text of all parts: each follows its length, so that no two lists give the same text."""
    return "".join([f"{len(part)}:{part}" for part in parts])


def _mac(key: bytes, shared: str, component_id: str, slot: Slot) -> str:
    """Return the MAC of one placement, in URL-safe Base64; `shared` is the text of its audience's version."""
    return _digest(key, shared + _text((component_id, slot.value)), MAC_BYTES)


def _recommendation_mac(key: bytes, shared: str, recommendation_id: str | None) -> str:
    """Return the MAC of a recommendation; placements have one part more, so that neither is the other's."""
    return _digest(key, shared + _text((recommendation_id or "",)), RECOMMENDATION_MAC_BYTES)


def _digest(key: bytes, text: str, size: int) -> str:
    digest = hmac.digest(key, text.encode(), "sha256")[:size]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _consents_text(audience: Audience) -> str:
    """Return the consents of an audience, separated by spaces; empty for a viewer by name."""
    return " ".join(sorted(audience.consents)) if audience.viewer_id is None else ""
