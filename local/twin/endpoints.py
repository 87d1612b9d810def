"""Where the twin stands, and who it takes every caller to be."""

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
    """The edge's one address, in the region that the twin plays."""

    port: int
    region: str = DEFAULT_REGION
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        """What `AWS_ENDPOINT_URL` and `--endpoint-url` are set to."""
        return f"http://{self.host}:{self.port}"

    def execute_api(self, api_id: str, *, scheme: str = "http") -> str:
        """Where an API of the gateway is served."""
        return f"{scheme}://{self.host}:{self.port}/_aws/execute-api/{api_id}"

    def localised(self, value: str) -> str:
        """A function's setting with the addresses that only AWS could answer turned to the edge.

        The issuer of a token is a name, not an address, and stays as it is.
        """
        value = _EXECUTE_API.sub(lambda found: self._execute_api_of(found), value)
        return _COGNITO_KEYS.sub(lambda found: f"{self.url}/{found.group(1)}", value)

    def _execute_api_of(self, found: re.Match[str]) -> str:
        scheme = "ws" if found.group(1) == "wss" else "http"
        return self.execute_api(found.group(2), scheme=scheme)
