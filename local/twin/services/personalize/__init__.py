"""Amazon Personalize for the twin: control plane, runtime and events over a model that learns.

`PersonalizeService.handle` takes an HTTP request and gives the HTTP answer, so that any server can carry it;
`local.twin.services.personalize.server` is one of a few lines, for tests and for a process of its own.
"""

from local.twin.services.personalize.service import PersonalizeService

__all__ = ["PersonalizeService"]
