"""Clients of AWS services, each built once, when it is first needed.

They are botocore's: boto3 makes the same clients, but importing its transfer manager takes a sixth of a cold
start.
"""

import functools
import os
from typing import Any

THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}
)
"""Codes of DynamoDB's answers to too many writes of one row."""


@functools.cache
def client(service: str) -> Any:
    """Return a client with short timeouts, because a viewer waits."""
    return _create(
        service, connect_timeout=1, read_timeout=5, retries={"mode": "standard", "max_attempts": 4}
    )


@functools.cache
def impatient_client(service: str) -> Any:
    """Return a client that times out after a second and does not retry, because the caller has a fallback."""
    return _create(
        service, connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 1}
    )


@functools.cache
def patient_client(service: str) -> Any:
    """Return a client with long timeouts, for analyses for which no viewer waits."""
    return _create(
        service, connect_timeout=2, read_timeout=30, retries={"mode": "standard", "max_attempts": 2}
    )


def error_code(error: Exception) -> str:
    """Return the code of a botocore ClientError; empty for other errors."""
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


@functools.cache
def _session() -> Any:
    import botocore.session

    from lambdas.adapters.dynamo_parser import RowParserFactory

    session = botocore.session.get_session()
    session.register_component("response_parser_factory", RowParserFactory())
    return session


def _create(service: str, **options: Any) -> Any:
    from botocore.config import Config

    config = Config(max_pool_connections=32, user_agent=_user_agent(), **options)
    return _session().create_client(service, region_name=os.environ.get("AWS_REGION"), config=config)


def _user_agent() -> str:
    """Return the header, with the application's id; botocore's own is composed anew for every request."""
    app_id = os.environ.get("AWS_SDK_UA_APP_ID")
    return f"touchline app/{app_id}" if app_id else "touchline"
