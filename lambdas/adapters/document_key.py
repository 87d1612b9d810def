"""The key pair that signs links to documents: the private key in a secret, the public one for CloudFront."""

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

KEY_BITS = 2048
"""The size that CloudFront requires of RSA keys:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
"""
PUBLIC_EXPONENT = 65_537
PEM_BEGINS = "-----BEGIN"


class SecretDocumentKey:
    """A key pair that is created once: until then the secret has another, random value."""

    def __init__(self, client: "SecretsManagerClient", secret_arn: str) -> None:
        self._client = client
        self._secret_arn = secret_arn

    def public_key(self) -> str:
        """Return the public key in PEM; the pair is created if the secret has none."""
        text = self._client.get_secret_value(SecretId=self._secret_arn)["SecretString"]
        if not text.startswith(PEM_BEGINS):
            text = self._create()
        public_key = load_pem_private_key(text.encode(), password=None).public_key()
        return public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def _create(self) -> str:
        key = rsa.generate_private_key(public_exponent=PUBLIC_EXPONENT, key_size=KEY_BITS)
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        self._client.put_secret_value(SecretId=self._secret_arn, SecretString=text)
        return text
