"""Tests of the ClientStack."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import InvalidFieldError
from stacks.catalogue_origins import catalogue_origins
from stacks.config import stage_config
from stacks.errors import StageConfigError
from tests.infrastructure.assembly import Assembly

DEPLOYMENT = "Custom::CDKBucketDeployment"
PAGES = ("AppHeaders", "ControlRoomHeaders")
IMMUTABLE = "public, max-age=31536000, immutable"


def _policy(assembly: Assembly, page: str) -> str:
    """Return the content security policy of a page's headers, as JSON."""
    headers = assembly.properties("ClientStack", "AWS::CloudFront::ResponseHeadersPolicy", page)
    config = headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    return json.dumps(config["ContentSecurityPolicy"]["ContentSecurityPolicy"])


def test_scripts_may_load_from_the_app_only(development: Assembly) -> None:
    for page in PAGES:
        assert "script-src 'self'; style-src 'self'; " in _policy(development, page)
        assert "unsafe" not in _policy(development, page)


def test_the_pages_connect_to_exact_origins(development: Assembly) -> None:
    for page in PAGES:
        policy = _policy(development, page)
        assert not re.search(r"(https|wss|http|ws):(?!//)|\*", policy)
        assert "connect-src 'self' wss://" in policy
        assert "https://cognito-idp." in policy


def test_a_stage_names_the_origins_of_its_video() -> None:
    config = replace(stage_config("development"), video_origins=("https://video.example",))
    assert config.video_origins == ("https://video.example",)
    for wrong in ("https:", "https://video.example/live", "http://video.example", "https://*"):
        with pytest.raises(StageConfigError, match="video_origins: expected https origins without a path"):
            replace(config, video_origins=(wrong,))


def test_a_partners_frame_reaches_nobody(development: Assembly) -> None:
    policy = _policy(development, "AppFrameHeaders")
    assert policy.startswith("\"default-src 'none'; script-src 'sha256-")
    assert "=' blob:; img-src data:; " in policy
    assert "sandbox allow-scripts; frame-ancestors 'self'" in policy
    distribution = development.properties("ClientStack", "AWS::CloudFront::Distribution", "AppDistribution")
    behaviors = distribution["DistributionConfig"]["CacheBehaviors"]
    (frame,) = [each for each in behaviors if each["PathPattern"] == "frame.html"]
    assert "FrameHeaders" in json.dumps(frame["ResponseHeadersPolicyId"])


def test_a_module_of_a_trusted_origin_may_run_and_a_partners_bundle_is_only_fetched(tmp_path: Path) -> None:
    urls = {"/remotes/quiz/remoteEntry.js": "module", "https://cdn.example/a.js": "module"}
    urls["https://partner.example/a/remoteEntry.js"] = "frame"
    remotes = [
        {"url": url, "module": "./A", "integrity": "unpublished", "isolation": isolation}
        for url, isolation in urls.items()
    ]
    catalogue = tmp_path / "components.json"
    file = {"components": [{"remote": remote} for remote in remotes]}
    catalogue.write_text(json.dumps({**file, "trusted_origins": ["https://cdn.example"]}))
    found = catalogue_origins(catalogue)
    assert (found.trusted, found.framed) == (("https://cdn.example",), ("https://partner.example",))
    catalogue.write_text(json.dumps(file))
    with pytest.raises(InvalidFieldError, match="trusted_origins"):
        catalogue_origins(catalogue)


def test_each_page_knows_its_own_peoples_pool_only(development: Assembly) -> None:
    pools = {
        page: json.dumps(development.properties("ClientStack", DEPLOYMENT, f"{page}Build")["SourceMarkers"])
        for page in ("App", "ControlRoom")
    }
    assert ("ViewersPool" in pools["App"], "OperatorsPool" in pools["App"]) == (True, False)
    assert ("ViewersPool" in pools["ControlRoom"], "OperatorsPool" in pools["ControlRoom"]) == (False, True)


def test_only_files_with_a_content_hash_are_cached(development: Assembly) -> None:
    assets = development.properties("ClientStack", DEPLOYMENT, "AppAssets")
    build = development.properties("ClientStack", DEPLOYMENT, "AppBuild")
    assert (assets["Include"], assets["SystemMetadata"]["cache-control"]) == (["assets/*"], IMMUTABLE)
    assert (build["Exclude"], build["SystemMetadata"]["cache-control"]) == (["assets/*"], "no-cache")


def test_a_change_of_the_kill_switch_is_visible_within_a_minute(development: Assembly) -> None:
    policy = development.properties("ClientStack", "AWS::CloudFront::CachePolicy")["CachePolicyConfig"]
    assert (policy["DefaultTTL"], policy["MaxTTL"]) == (30, 60)
    distribution = development.properties("ClientStack", "AWS::CloudFront::Distribution", "AppDistribution")
    behaviors = distribution["DistributionConfig"]["CacheBehaviors"]
    uploaded = {
        each["PathPattern"] for each in behaviors if "OperatorsFiles" in json.dumps(each["CachePolicyId"])
    }
    assert uploaded == {"switches.json", "matches/*"}
    assert all("ResponseHeadersPolicyId" in each for each in behaviors)


def test_a_deployment_deletes_no_files(development: Assembly) -> None:
    found = development.of_type("ClientStack", DEPLOYMENT).values()
    assert {each["Properties"]["Prune"] for each in found} == {False}


@pytest.mark.parametrize("page", ["App", "ControlRoom"])
def test_the_sites_are_private_and_send_security_headers(development: Assembly, page: str) -> None:
    headers = development.properties(
        "ClientStack", "AWS::CloudFront::ResponseHeadersPolicy", f"{page}Headers"
    )
    security = headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    assert security["FrameOptions"]["FrameOption"] == "DENY"
    distribution = development.properties(
        "ClientStack", "AWS::CloudFront::Distribution", f"{page}Distribution"
    )
    (origin,) = distribution["DistributionConfig"]["Origins"]
    assert "OriginAccessControlId" in origin
