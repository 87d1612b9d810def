"""The twin's address, account and credentials."""

import re
from dataclasses import dataclass

ACCOUNT_ID = "123456789012"
PARTITION = "aws"
DEFAULT_REGION = "eu-central-1"
ACCESS_KEY_ID = "touchline-twin"
SECRET_ACCESS_KEY = "touchline-twin"

_EXECUTE_API = re.compile(r"(https|wss)://([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
_APPSYNC = re.compile(r"(https|wss)://([a-z0-9]+)\.(appsync(?:-realtime)?-api)\.[a-z0-9-]+\.amazonaws\.com")
_CLOUDFRONT = re.compile(r"https://([a-z0-9]+)\.cloudfront\.net")
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

    def variables(self) -> dict[str, str]:
        """Return the environment variables by which the AWS CLI and boto3 find the twin."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        }

    def exports(self) -> list[str]:
        """Return the lines with which a shell sets these variables."""
        return [f"export {name}={value}" for name, value in self.variables().items()]

    def execute_api(self, api_id: str, *, scheme: str = "http") -> str:
        """Return the address of an API Gateway API."""
        return self._address(scheme, f"execute-api/{api_id}")

    def with_local_addresses(self, value: str) -> str:
        """Return a text with the addresses of AWS that the twin serves replaced by the edge's.

        The issuer of a token is an identifier, not an address, and is not replaced.
        """
        value = _EXECUTE_API.sub(lambda found: self.execute_api(found[2], scheme=_local(found[1])), value)
        value = _APPSYNC.sub(lambda found: self._address(_local(found[1]), f"{found[3]}/{found[2]}"), value)
        value = _CLOUDFRONT.sub(lambda found: self._address("http", f"cloudfront/{found[1]}"), value)
        return _COGNITO_KEYS.sub(lambda found: f"{self.url}/{found.group(1)}", value)

    def _address(self, scheme: str, path: str) -> str:
        return f"{scheme}://{self.host}:{self.port}/_aws/{path}"


def _local(scheme: str) -> str:
    """Return the scheme that stands for one with TLS."""
    return "ws" if scheme == "wss" else "http"
