"""The twin answers the programs and pages of this machine, and no page of another site."""

import pytest

from local.twin.edge.browser_guard import refusal

HOST = {"Host": "127.0.0.1:4566"}


@pytest.mark.parametrize(
    "headers",
    [
        HOST,
        {"Host": "localhost:4566"},
        {"Host": "[::1]:4566"},
        {"Host": "bucket.localhost:4566"},
        {**HOST, "Origin": "http://127.0.0.1:8080"},
        {**HOST, "Origin": "http://localhost"},
        {**HOST, "Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_this_machine_is_served(headers: dict[str, str]) -> None:
    assert refusal(headers) is None


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({}, "Host"),
        ({"Host": "rebound.example:4566"}, "Host"),
        ({"Host": "127.0.0.1.rebound.example"}, "Host"),
        ({"Host": "evillocalhost"}, "Host"),
        ({"Host": "[::1"}, "Host"),
        ({**HOST, "Origin": "https://evil.example"}, "Origin"),
        ({**HOST, "Origin": "http://127.0.0.1.evil.example"}, "Origin"),
        ({**HOST, "Origin": "null"}, "Origin"),
        ({**HOST, "Origin": "http://[::1"}, "Origin"),
        ({**HOST, "Sec-Fetch-Site": "cross-site"}, "Sec-Fetch-Site"),
    ],
    ids=str,
)
def test_other_sites_are_refused(headers: dict[str, str], field: str) -> None:
    assert str(refusal(headers)).startswith(f"{field}: expected ")
