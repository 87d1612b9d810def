"""One viewer's message in both delivery modes, from the same rankings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.audience import Audience
from domain.candidate_choice import components_message as chosen_by_app
from domain.choice import Exposure
from domain.cohort import ViewerTraits
from domain.context import MatchContext
from domain.match import Match
from domain.required_consents import required_consents
from domain.subscription import Subscription
from lambdas.logic.audience_message import AudienceMessages
from lambdas.logic.messages import components_message, with_times
from lambdas.logic.placement_finder import PlacementFinder
from tests.support import fakes

Message = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BothModes:
    """Finds the placements of one version for any viewer."""

    finder: PlacementFinder
    context: MatchContext
    match: Match
    now: datetime

    def on_connections(
        self, viewer: ViewerTraits, exposures: Mapping[str, Exposure], *, by_name: bool = False
    ) -> Message:
        """Return the `components` message that the server chooses for a connection."""
        subscription = Subscription(
            match_id=self.match.id,
            connection_id="c",
            viewer=viewer,
            expires_at=self.now + timedelta(hours=1),
            exposures=exposures,
            engaged=by_name,
        )
        _, found = self.finder.find(self.context, self.match, [subscription], {}, self.now)
        (placements,) = found.values()
        message = components_message(
            context=self.context, match=self.match, placements=placements, snapshot=False
        )
        return _as_json(with_times(message, self.now, {}))

    def of_audience(self, viewer: ViewerTraits, *, named_as: ViewerTraits | None = None) -> Message:
        """Return the message that the viewer's app uses: the viewer's own if there is one, or the group's.

        `named_as` has the traits with which the viewer is asked for by name; the app hears what is on the
        channel of the present ones.
        """
        group, own = self._group_of(viewer), Audience.of_one(viewer)
        audiences = [group] if named_as is None else [Audience.of_one(named_as), group]
        rankings = {
            audience.address(self.match.id): ranking
            for audience, ranking in self.finder.rankings(self.context, self.match, audiences).items()
        }
        ranking = rankings.get(own.address(self.match.id)) or rankings[group.address(self.match.id)]
        messages = AudienceMessages(
            context=self.context,
            match=self.match,
            constraints=self.finder.catalogue.constraints(),
            signer=self.finder.signer,
            telemetry=fakes.RecordedTelemetry(),
            now=self.now,
        )
        _, message = messages.fitting(ranking)
        return _as_json(with_times(message, self.now, {}))

    def on_channel(
        self,
        viewer: ViewerTraits,
        exposures: Mapping[str, Exposure],
        *,
        named_as: ViewerTraits | None = None,
    ) -> Message:
        """Return the `components` message that the app makes of its audience's."""
        return _as_json(chosen_by_app(self.of_audience(viewer, named_as=named_as), exposures))

    def _group_of(self, viewer: ViewerTraits) -> Audience:
        required = required_consents(self.finder.catalogue.constraints())
        return Audience(
            cohort=viewer.cohort,
            consents=viewer.consents & required,
            holdout=self.finder.experiment.holds_out(viewer.viewer_id),
        )


def _as_json(message: Mapping[str, Any]) -> Message:
    """Return a message as an app reads it."""
    read: Message = json.loads(json.dumps(message))
    return read
