"""What the web app's stack promises its viewers."""

import json
from pathlib import Path

from stacks.constructs.web_app import script_origins
from tests.infrastructure.conftest import Assembly

DEPLOYMENT = "Custom::CDKBucketDeployment"
IMMUTABLE = "public, max-age=31536000, immutable"


def _policy(assembly: Assembly) -> str:
    headers = assembly.properties("ClientStack", "AWS::CloudFront::ResponseHeadersPolicy")
    config = headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    return json.dumps(config["ContentSecurityPolicy"]["ContentSecurityPolicy"])


def test_scripts_come_from_the_app_and_the_catalogues_origins_alone(development: Assembly) -> None:
    assert "script-src 'self'; style-src 'self'; " in _policy(development)
    assert "unsafe" not in _policy(development)


def test_a_partners_own_origin_is_let_in_by_the_catalogue(tmp_path: Path) -> None:
    urls = ("/remotes/quiz/remoteEntry.js", "https://partner.example/a/remoteEntry.js")
    catalogue = tmp_path / "components.json"
    catalogue.write_text(json.dumps({"components": [{"remote": {"url": url}} for url in urls]}))
    assert script_origins(catalogue) == ["https://partner.example"]


def test_what_is_named_by_its_content_is_cached_for_ever_and_nothing_else_is(development: Assembly) -> None:
    assets = development.properties("ClientStack", DEPLOYMENT, "AppAssets")
    build = development.properties("ClientStack", DEPLOYMENT, "AppBuild")
    assert (assets["Include"], assets["SystemMetadata"]["cache-control"]) == (["assets/*"], IMMUTABLE)
    assert (build["Exclude"], build["SystemMetadata"]["cache-control"]) == (["assets/*"], "no-cache")


def test_a_deployment_removes_nothing_that_open_tabs_or_operators_need(development: Assembly) -> None:
    found = development.of_type("ClientStack", DEPLOYMENT).values()
    assert [each["Properties"]["Prune"] for each in found] == [False, False]
