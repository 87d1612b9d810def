"""Clients of AWS's services, each built once, when it is first needed.

They are botocore's own: boto3 makes the same clients, and spends a sixth of a cold start on importing its
transfer manager, which nobody here needs.
"""

import functools
import os
from typing import Any


@functools.cache
def client(service: str) -> Any:
    """The client of a service; short timeouts, because a viewer waits."""
    return _create(
        service, connect_timeout=1, read_timeout=5, retries={"mode": "standard", "max_attempts": 4}
    )


@functools.cache
def impatient_client(service: str) -> Any:
    """A client that answers within a second and hides no retries: the caller has a ladder to climb down."""
    return _create(
        service, connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 1}
    )


def error_code(error: Exception) -> str:
    """The code of a botocore ClientError."""
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


@functools.cache
def patient_client(service: str) -> Any:
    """A client that waits for a service that has a picture to look at: no viewer waits for the answer."""
    return _create(
        service, connect_timeout=2, read_timeout=30, retries={"mode": "standard", "max_attempts": 2}
    )


@functools.cache
def _session() -> Any:
    import botocore.session

    return botocore.session.get_session()


def _create(service: str, **options: Any) -> Any:
    from botocore.config import Config

    return _session().create_client(
        service, region_name=os.environ.get("AWS_REGION"), config=Config(max_pool_connections=32, **options)
    )
