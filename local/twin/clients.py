"""boto3 clients of the twin, created once each."""

import functools
import threading
from typing import Any

import boto3
from botocore.config import Config

from local.twin.endpoints import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from local.twin.permissions.caller import access_key_id

_CONFIG = Config(
    retries={"max_attempts": 2, "mode": "standard"},
    s3={"addressing_style": "path"},
    max_pool_connections=32,
    connect_timeout=5,
    read_timeout=120,
)


_CREATION_LOCK = threading.Lock()
"""A boto3 session is not thread-safe while it creates a client."""


@functools.cache
def _session(region: str) -> boto3.session.Session:
    """Return one session for all clients, so that botocore's models are read once."""
    return boto3.session.Session(region_name=region)


class Clients:
    """One client for each service, shared by every thread."""

    def __init__(self, url: str, region: str, *, key_id: str = ACCESS_KEY_ID) -> None:
        self._url = url
        self._region = region
        self._key_id = key_id
        self._clients: dict[str, Any] = {}
        self._of_roles: dict[str, Clients] = {}

    def acting_as(self, role_arn: str) -> "Clients":
        """Return clients with the permissions of a role."""
        with _CREATION_LOCK:
            if role_arn not in self._of_roles:
                key_id = access_key_id(role_arn)
                self._of_roles[role_arn] = Clients(self._url, self._region, key_id=key_id)
            return self._of_roles[role_arn]

    def __call__(self, service: str) -> Any:
        """Return the client of a service."""
        with _CREATION_LOCK:
            if service not in self._clients:
                session = _session(self._region)
                self._clients[service] = session.client(
                    service,
                    endpoint_url=self._url,
                    config=_CONFIG,
                    aws_access_key_id=self._key_id,
                    aws_secret_access_key=SECRET_ACCESS_KEY,
                )
            return self._clients[service]

    def close(self) -> None:
        """Close every pooled connection."""
        for clients in self._of_roles.values():
            clients.close()
        for client in self._clients.values():
            client.close()
