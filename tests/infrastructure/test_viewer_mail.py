"""How the viewers' pool sends mails."""

from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template

from stacks.config import StageConfig, ViewerMail, production
from stacks.constructs.viewer_pool import ViewerPool
from stacks.errors import StageConfigError

MAIL = ViewerMail(
    from_address="no-reply@example.com",
    verified_domain="example.com",
    region="eu-west-1",
    sender_name="The Match",
)


def pool_of(config: StageConfig) -> dict[str, Any]:
    stack = Stack(App(), "Test")
    ViewerPool(stack, "Viewers", config=config)
    (pool,) = Template.from_stack(stack).find_resources("AWS::Cognito::UserPool").values()
    properties: dict[str, Any] = pool["Properties"]
    return properties


def test_mails_go_through_the_verified_domain() -> None:
    mail = pool_of(replace(production(), viewer_mail=MAIL))["EmailConfiguration"]
    assert mail["EmailSendingAccount"] == "DEVELOPER"
    assert mail["From"] == "The Match <no-reply@example.com>"
    assert ":ses:eu-west-1:" in str(mail["SourceArn"])
    assert "identity/example.com" in str(mail["SourceArn"])


def test_without_a_domain_cognito_sends_them() -> None:
    assert "EmailConfiguration" not in pool_of(production())


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"verified_domain": "example"}, "verified_domain"),
        ({"from_address": "no-reply@example.org"}, "from_address"),
        ({"from_address": "no-reply@mail.example.com"}, "from_address"),
    ],
)
def test_an_address_of_another_domain_is_refused(changes: dict[str, str], setting: str) -> None:
    with pytest.raises(StageConfigError, match=rf"viewer_mail\.{setting}"):
        replace(MAIL, **changes)
