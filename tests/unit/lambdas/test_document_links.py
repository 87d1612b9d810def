"""Links to documents are what CloudFront verifies; their key pair is created once."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from lambdas.adapters.aws import client
from lambdas.adapters.document_key import SecretDocumentKey
from lambdas.adapters.document_links import SignedDocumentLinks
from lambdas.handlers import create_document_key
from lambdas.handlers.composition import passes
from tests.support import aws
from tests.support.lambda_context import LambdaContext

ENDS = datetime(2021, 6, 11, 21, 5, tzinfo=UTC)
_TO_BASE64 = str.maketrans({"-": "+", "_": "=", "~": "/"})
"""CloudFront's alphabet: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/
private-content-creating-signed-url-canned-policy.html"""


@pytest.fixture
def secret_arn(resources: dict[str, str]) -> str:
    client = boto3.client("secretsmanager")
    return str(client.create_secret(Name="document-key", SecretString="random until then")["ARN"])


def links(secret_arn: str) -> SignedDocumentLinks:
    return SignedDocumentLinks(
        lambda: client("secretsmanager"),
        secret_arn=secret_arn,
        key_pair_id="K1",
        documents_url="https://documents.example/",
    )


def test_a_link_is_signed_for_one_document_until_one_instant(secret_arn: str) -> None:
    public_key = load_pem_public_key(
        SecretDocumentKey(boto3.client("secretsmanager"), secret_arn).public_key().encode()
    )
    link = links(secret_arn).link("abc", ENDS)
    url, query = urlsplit(link), parse_qs(urlsplit(link).query)
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://documents.example/audiences/abc/newest.json"
    (expires,) = query["Expires"]
    assert 0 <= int(expires) - ENDS.timestamp() < 300
    assert query["Key-Pair-Id"] == ["K1"]
    # THEN the signature is that of the canned policy
    resource = link.partition("?")[0]
    policy = (
        f'{{"Statement":[{{"Resource":"{resource}","Condition":'
        f'{{"DateLessThan":{{"AWS:EpochTime":{expires}}}}}}}]}}'
    )
    signature = base64.b64decode(query["Signature"][0].translate(_TO_BASE64))
    assert isinstance(public_key, RSAPublicKey)
    public_key.verify(signature, policy.encode(), PKCS1v15(), SHA1())


def test_viewers_of_an_audience_share_a_signature_and_the_key_is_read_once(secret_arn: str) -> None:
    SecretDocumentKey(boto3.client("secretsmanager"), secret_arn).public_key()
    signed = links(secret_arn)
    with aws.calls_of("secretsmanager") as operations:
        first = signed.link("abc", ENDS - timedelta(seconds=200))
        assert signed.link("abc", ENDS - timedelta(seconds=100)) == first
        assert signed.link("abc", ENDS + timedelta(minutes=5)) != first
        assert signed.link("def", ENDS) != first
    assert operations == ["GetSecretValue"]


def test_a_deployment_creates_the_key_pair_once(secret_arn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCUMENT_KEY_SECRET_ARN", secret_arn)
    passes.document_key.reset()
    created = create_document_key.handler({"RequestType": "Create"}, LambdaContext())
    updated = create_document_key.handler({"RequestType": "Update"}, LambdaContext())
    assert created == updated
    assert created["Data"]["PublicKey"].startswith("-----BEGIN PUBLIC KEY-----")
    assert create_document_key.handler({"RequestType": "Delete"}, LambdaContext()) == {}
    # THEN the private key is nowhere but in the secret
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=secret_arn)["SecretString"]
    assert secret.startswith("-----BEGIN PRIVATE KEY-----")
    assert "PRIVATE" not in str(created)
