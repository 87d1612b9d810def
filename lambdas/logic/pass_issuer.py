"""Issues passes: which audience a viewer belongs to in a match, and where it is told."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from domain.audience import Audience, CountedAudience
from domain.catch_up import versions_to_catch_up
from domain.channel import channel_of, viewer_address
from domain.cohort import ViewerTraits
from domain.context import initial_context
from domain.dispatch_task import DispatchTask
from domain.experiment import Experiment
from domain.metrics import Metric
from domain.reconnect import reconnect_window_seconds
from domain.required_consents import required_consents, rules_edition
from domain.validation import format_instant
from lambdas.logic.channel_pass import PassSigner
from lambdas.logic.errors import unknown_match
from lambdas.logic.ports.audiences import AudienceStore
from lambdas.logic.ports.catalogue import Catalogue
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.dispatch import DispatchQueue
from lambdas.logic.ports.document_links import DocumentLinks
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.telemetry import Telemetry
from lambdas.logic.subscribe import CONNECTION_LIFE

COUNTED_SHARE = 1 / 16
"""The share of passes that are counted, each for all of its kind: no table is written for every viewer."""
INTRODUCED_AGAIN_AFTER = timedelta(hours=1)
"""The row of an audience lives for a day after the last time."""
REFRESH_SECONDS = (60, 120)
"""How often an app reads the documents although nothing is missing: a channel may lose a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassIssuer:
    """Issues a pass to a viewer; only what is new about the viewer's audience is written."""

    matches: MatchStore
    catalogue: Catalogue
    audiences: AudienceStore
    queue: DispatchQueue
    signer: PassSigner
    links: DocumentLinks
    experiment: Experiment
    telemetry: Telemetry
    clock: Clock
    draw: Callable[[], float]
    """Returns a random number in [0, 1)."""
    joins_per_second: int
    impression_share: float
    _introduced: dict[str, datetime] = field(default_factory=dict)

    def issue(self, match_id: str, viewer: ViewerTraits) -> dict[str, Any]:
        """Return the pass, its channels and documents; raises ProtocolError for an unknown match."""
        match, _, _ = self.matches.recent_match_state(match_id)
        if match is None:
            raise unknown_match(match_id)
        required = required_consents(self.catalogue.constraints())
        viewer = viewer.at_match_of(match.home.name, match.away.name)
        audience = Audience(
            cohort=viewer.cohort,
            consents=viewer.consents & required,
            holdout=self.experiment.holds_out(viewer.viewer_id),
        )
        self._introduce(match_id, audience)
        if self.draw() < COUNTED_SHARE:
            self.audiences.count_viewers(match_id, audience, round(1 / COUNTED_SHARE))
        addresses = (audience.address(match_id), Audience.of_one(viewer).address(match_id))
        issued_at = self.clock()
        expires_at = issued_at + CONNECTION_LIFE
        token = self.signer.sign(addresses, expires_at)
        self.telemetry.count(Metric.PASSES_ISSUED)
        return {
            "matchId": match_id,
            "token": token,
            "channels": [channel_of(address) for address in addresses],
            "documents": [self.links.link(address, expires_at) for address in addresses],
            "ownAddress": viewer_address(match_id, viewer.viewer_id),
            "rulesEdition": rules_edition(required),
            "issuedAt": format_instant(issued_at),
            "expiresAt": format_instant(expires_at),
            "impressionShare": self.impression_share,
            "joinWithinSeconds": reconnect_window_seconds(
                self.audiences.viewer_count(match_id, self.clock()), per_second=self.joins_per_second
            ),
            "refreshSeconds": list(REFRESH_SECONDS),
        }

    def _introduce(self, match_id: str, audience: Audience) -> None:
        """Make an audience known to the dispatch, and have it told what the match's viewers know already."""
        address, now = audience.address(match_id), self.clock()
        known_since = self._introduced.get(address)
        if known_since is not None and now - known_since < INTRODUCED_AGAIN_AFTER:
            return
        if self.audiences.add(match_id, audience, now):
            self._tell(match_id, audience)
            self.audiences.mark_sent(match_id, audience, now)
        self._introduced[address] = now

    def _tell(self, match_id: str, audience: Audience) -> None:
        """Have the newest version sent, read after the audience was stored, and those that are still due.

        Versions about a cancelled moment are not.
        """
        match, newest, controls = self.matches.match_state(match_id)
        if match is None:
            raise unknown_match(match_id)
        context = newest or initial_context(match)
        earlier = versions_to_catch_up(context, match, None)
        due = [version for version in earlier if not controls.forbids(version.headline)]
        self.queue.send_tasks(
            [
                DispatchTask(
                    context=replace(version, earlier=()),
                    audiences=(CountedAudience(audience=audience, viewers=1),),
                )
                for version in (*due, context)
            ]
        )
