"""A viewer's connection that follows one match, with all that dispatch must know of the viewer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.choice import Exposure
from domain.cohort import ViewerTraits


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One connection that follows one match.

    `last_version` is the version of the snapshot that subscribing answered with: older and equal ones are
    never sent again. `exposures` are the components that the viewer has seen in this match. `engaged` says
    that the viewer has clicked on something here or sent it away: a taste that the cohort need not share.
    """

    match_id: str
    connection_id: str
    viewer: ViewerTraits
    expires_at: datetime
    last_version: int = 0
    exposures: Mapping[str, Exposure] = field(default_factory=dict)
    engaged: bool = False
