"""Addresses, channels and the sample of impressions."""

import json
import re

from domain.channel import (
    audience_address,
    channel_of,
    document_key,
    is_sampled,
    named_address,
    viewer_address,
)
from paths import CLIENT

SEGMENT = re.compile("[A-Za-z0-9-]{1,50}")
"""https://docs.aws.amazon.com/appsync/latest/eventapi/channel-namespaces.html"""


def test_an_address_is_a_segment_of_a_channel_whatever_the_match_and_the_traits() -> None:
    address = audience_address("Ärger/3 #1", cohort_key="São|25-34|BR|free", consents=["a b"], holdout=False)
    assert SEGMENT.fullmatch(address)
    assert channel_of(address) == f"/touchline/{address}"
    assert document_key(address) == f"audiences/{address}/newest.json"


def test_whatever_makes_an_audience_makes_another_address() -> None:
    def address(
        match: str = "m", cohort: str = "c", consents: tuple[str, ...] = (), holdout: bool = False
    ) -> str:
        return audience_address(match, cohort_key=cohort, consents=consents, holdout=holdout)

    addresses = [
        address(),
        address(match="n"),
        address(cohort="d"),
        address(consents=("x",)),
        address(consents=("x", "y")),
        address(holdout=True),
        viewer_address("m", "c"),
        named_address("m", "v", cohort_key="c", consents=()),
        named_address("m", "v", cohort_key="c", consents=("x",)),
        named_address("m", "v", cohort_key="d", consents=()),
        named_address("m", "w", cohort_key="c", consents=()),
        named_address("n", "v", cohort_key="c", consents=()),
    ]
    assert len(set(addresses)) == len(addresses)
    assert address(consents=("x", "y")) == address(consents=("y", "x"))


def test_the_sample_has_its_share_and_is_the_same_each_time() -> None:
    drawn = [is_sampled(0.2, f"viewer-{number}", 7, "side_panel", "poll") for number in range(5_000)]
    assert drawn == [is_sampled(0.2, f"viewer-{number}", 7, "side_panel", "poll") for number in range(5_000)]
    assert 0.18 < sum(drawn) / len(drawn) < 0.22
    assert all(is_sampled(1.0, f"viewer-{number}", 7, "side_panel", "poll") for number in range(100))


def test_the_app_reports_the_impressions_that_the_server_expects() -> None:
    cases = json.loads((CLIENT / "sdk" / "test" / "samples.json").read_text(encoding="utf-8"))
    expected = [
        is_sampled(case["share"], case["ownAddress"], case["version"], case["slot"], case["componentId"])
        for case in cases
    ]
    assert [case["isSampled"] for case in cases] == expected
    assert {True, False} == set(expected)
