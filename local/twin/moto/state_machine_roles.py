"""Tasks of state machines that call services with the permissions of the machine's role.

Written against moto 5.2, whose interpreter signs every call with one key. Its modules import the function
that creates their clients by name, so it is replaced in each of them.
"""

import sys
from typing import Any

import boto3
from botocore.config import Config
from moto.settings import moto_server_port
from moto.stepfunctions.parser import models as interpreter
from moto.stepfunctions.parser.asl.utils import boto_client

from local.twin.endpoints import SECRET_ACCESS_KEY
from local.twin.permissions.caller import access_key_id

_SECONDS = 99_999_999
_CONFIG = Config(
    parameter_validation=False,
    retries={"max_attempts": 0, "total_max_attempts": 1},
    connect_timeout=_SECONDS,
    read_timeout=_SECONDS,
)


def install() -> None:
    """Replace the function that creates clients; call it once per process."""
    original = boto_client.boto_client_for
    modules = [module for name, module in sys.modules.items() if name.startswith(interpreter.__package__)]
    for module in modules:
        if getattr(module, "boto_client_for", None) is original:
            module.boto_client_for = client_of_role  # type: ignore[attr-defined]


def client_of_role(region: str, service: str, state_credentials: Any) -> Any:
    """Return a client that signs with the credentials of a state's role."""
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=f"http://localhost:{moto_server_port()}",
        aws_access_key_id=access_key_id(state_credentials.role_arn),
        aws_secret_access_key=SECRET_ACCESS_KEY,
        config=_CONFIG,
    )
