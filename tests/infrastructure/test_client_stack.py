"""Tests of the ClientStack."""

import json
from pathlib import Path

from stacks.constructs.web_app import script_origins
from tests.infrastructure.assembly import Assembly

DEPLOYMENT = "Custom::CDKBucketDeployment"
IMMUTABLE = "public, max-age=31536000, immutable"


def _policy(assembly: Assembly) -> str:
    headers = assembly.properties("ClientStack", "AWS::CloudFront::ResponseHeadersPolicy")
    config = headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    return json.dumps(config["ContentSecurityPolicy"]["ContentSecurityPolicy"])


def test_scripts_may_load_from_the_app_and_the_origins_of_the_catalogue_only(development: Assembly) -> None:
    assert "script-src 'self'; style-src 'self'; " in _policy(development)
    assert "unsafe" not in _policy(development)


def test_a_partner_origin_in_the_catalogue_is_allowed(tmp_path: Path) -> None:
    urls = ("/remotes/quiz/remoteEntry.js", "https://partner.example/a/remoteEntry.js")
    catalogue = tmp_path / "components.json"
    catalogue.write_text(json.dumps({"components": [{"remote": {"url": url}} for url in urls]}))
    assert script_origins(catalogue) == ["https://partner.example"]


def test_only_files_with_a_content_hash_are_cached(development: Assembly) -> None:
    assets = development.properties("ClientStack", DEPLOYMENT, "AppAssets")
    build = development.properties("ClientStack", DEPLOYMENT, "AppBuild")
    assert (assets["Include"], assets["SystemMetadata"]["cache-control"]) == (["assets/*"], IMMUTABLE)
    assert (build["Exclude"], build["SystemMetadata"]["cache-control"]) == (["assets/*"], "no-cache")


def test_a_change_of_the_kill_switch_is_visible_within_a_minute(development: Assembly) -> None:
    policy = development.properties("ClientStack", "AWS::CloudFront::CachePolicy")["CachePolicyConfig"]
    assert (policy["DefaultTTL"], policy["MaxTTL"]) == (30, 60)
    distribution = development.properties("ClientStack", "AWS::CloudFront::Distribution")
    behaviors = distribution["DistributionConfig"]["CacheBehaviors"]
    assert {each["PathPattern"] for each in behaviors} == {"switches.json", "matches/*"}
    assert all("OperatorsFiles" in json.dumps(each["CachePolicyId"]) for each in behaviors)
    assert all("ResponseHeadersPolicyId" in each for each in behaviors)


def test_a_deployment_deletes_no_files(development: Assembly) -> None:
    found = development.of_type("ClientStack", DEPLOYMENT).values()
    assert [each["Properties"]["Prune"] for each in found] == [False, False]


def test_the_site_is_private_and_sends_security_headers(development: Assembly) -> None:
    headers = development.properties("ClientStack", "AWS::CloudFront::ResponseHeadersPolicy")
    security = headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    assert security["FrameOptions"]["FrameOption"] == "DENY"
    assert "wss://" in json.dumps(security["ContentSecurityPolicy"])
    distribution = development.properties("ClientStack", "AWS::CloudFront::Distribution")
    (origin,) = distribution["DistributionConfig"]["Origins"]
    assert "OriginAccessControlId" in origin
