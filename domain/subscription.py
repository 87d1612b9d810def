"""A connection's subscription to a match, with what the dispatch needs to know about the viewer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.choice import Exposure
from domain.cohort import ViewerTraits


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One connection's subscription to one match.

    `last_version` is the version of the snapshot; this and older versions are not sent. `exposures` are the
    components that the viewer has seen in this match. `engaged` is true if the viewer has clicked, dismissed
    or converted in this match, and so has preferences that may differ from the cohort's.
    `on_several_screens` is true if the viewer follows the match on another open connection as well.
    """

    match_id: str
    connection_id: str
    viewer: ViewerTraits
    expires_at: datetime
    last_version: int = 0
    exposures: Mapping[str, Exposure] = field(default_factory=dict)
    engaged: bool = False
    on_several_screens: bool = False
