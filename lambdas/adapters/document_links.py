"""Links to documents behind CloudFront, signed with the private key of a key group that it trusts.

A link has a canned policy: one URL, until one instant.
Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html
"""

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.channel import document_key

if TYPE_CHECKING:
    from botocore.signers import CloudFrontSigner
    from types_boto3_secretsmanager import SecretsManagerClient

EXPIRY_STEP_SECONDS = 300
"""Links of an audience end together, in steps, so that one signature serves many viewers."""
MAX_LINKS = 2_000


class SignedDocumentLinks:
    """Signs links; the key is read once, because CloudFront trusts one key pair for as long as it exists."""

    def __init__(
        self,
        client: "Callable[[], SecretsManagerClient]",
        *,
        secret_arn: str,
        key_pair_id: str,
        documents_url: str,
    ) -> None:
        self._client = client
        self._secret_arn = secret_arn
        self._key_pair_id = key_pair_id
        self._documents_url = documents_url.rstrip("/")
        self._signed = functools.lru_cache(MAX_LINKS)(self._sign)

    def link(self, address: str, expires_at: datetime) -> str:
        """Return a link that ends then, or up to five minutes later."""
        step = -(-int(expires_at.timestamp()) // EXPIRY_STEP_SECONDS)
        return self._signed(address, step * EXPIRY_STEP_SECONDS)

    def _sign(self, address: str, expires: int) -> str:
        url = f"{self._documents_url}/{document_key(address)}"
        ends = datetime.fromtimestamp(expires, UTC)
        return str(self._signer.generate_presigned_url(url, date_less_than=ends))

    @functools.cached_property
    def _signer(self) -> "CloudFrontSigner":
        from botocore.signers import CloudFrontSigner
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.hashes import SHA1
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        text = self._client().get_secret_value(SecretId=self._secret_arn)["SecretString"]
        key = load_pem_private_key(text.encode(), password=None)
        assert isinstance(key, RSAPrivateKey)
        # CloudFront verifies RSA with SHA-1.
        return CloudFrontSigner(self._key_pair_id, lambda message: key.sign(message, PKCS1v15(), SHA1()))  # noqa: S303
