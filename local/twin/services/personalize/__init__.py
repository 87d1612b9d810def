"""Amazon Personalize: control plane, runtime and events, over a model that is really trained.

`PersonalizeService.handle` takes an HTTP request and returns the HTTP answer, so that any server can use it.
`local.twin.services.personalize.server` is a small server for tests.
"""

from local.twin.services.personalize.service import PersonalizeService

__all__ = ["PersonalizeService"]
