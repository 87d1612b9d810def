"""One small creator per resource type, a file per service."""

from local.twin.provision.creators import (
    analytics,
    apis,
    buckets,
    cognito,
    custom,
    delivery,
    events,
    functions,
    glue,
    messaging,
    personalize,
    security,
    state_machines,
    streams,
    tables,
)
from local.twin.provision.resources import Creator

_MODULES = (
    analytics,
    apis,
    buckets,
    cognito,
    custom,
    delivery,
    events,
    functions,
    glue,
    messaging,
    personalize,
    security,
    state_machines,
    streams,
    tables,
)

CREATORS: dict[str, Creator] = {
    kind: creator for module in _MODULES for kind, creator in module.CREATORS.items()
}

__all__ = ["CREATORS"]
