"""The twin's address, account and credentials."""

import re
from dataclasses import dataclass

ACCOUNT_ID = "123456789012"
PARTITION = "aws"
DEFAULT_REGION = "eu-central-1"
ACCESS_KEY_ID = "touchline-twin"
SECRET_ACCESS_KEY = "touchline-twin"

_EXECUTE_API = re.compile(r"(https|wss)://([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
_COGNITO_KEYS = re.compile(r"https://cognito-idp\.[a-z0-9-]+\.amazonaws\.com/([\w-]+/\.well-known/)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The address of the edge, and the region of the twin."""

    port: int
    region: str = DEFAULT_REGION
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        """The value for `AWS_ENDPOINT_URL` and `--endpoint-url`."""
        return f"http://{self.host}:{self.port}"

    def execute_api(self, api_id: str, *, scheme: str = "http") -> str:
        """Return the address of an API Gateway API."""
        return f"{scheme}://{self.host}:{self.port}/_aws/execute-api/{api_id}"

    def with_local_addresses(self, value: str) -> str:
        """Return a text with the addresses of AWS that the twin serves replaced by the edge's.

        The issuer of a token is an identifier, not an address, and is not replaced.
        """
        value = _EXECUTE_API.sub(lambda found: self._execute_api_of(found), value)
        return _COGNITO_KEYS.sub(lambda found: f"{self.url}/{found.group(1)}", value)

    def _execute_api_of(self, found: re.Match[str]) -> str:
        scheme = "ws" if found.group(1) == "wss" else "http"
        return self.execute_api(found.group(2), scheme=scheme)
