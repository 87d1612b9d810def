"""Changing quotas of a running twin."""

import urllib.error

import pytest

from local.twin.twin import Twin


def test_a_quota_of_a_running_twin_is_changed_by_name(twin: Twin) -> None:
    twin.change_quotas(requests="20000:5000", stages="none")
    with pytest.raises(urllib.error.HTTPError, match="400"):
        twin.change_quotas(posts="5")
