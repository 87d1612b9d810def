"""After all other end-to-end tests: what is granted is needed by one of them, and nothing was refused."""

import pytest

from local.twin.permissions.expected_refusals import Refusals
from local.twin.permissions.unneeded import UnneededGrants
from tests.e2e.rig import Rig
from tests.e2e.whole_suite import FOLDER, REPORT, have_all_run

REASONS = FOLDER / "unneeded_permissions.toml"
EXPECTED = FOLDER / "expected_refusals.toml"
pytestmark = pytest.mark.twin


def test_each_grant_is_needed_or_has_a_reason(rig: Rig, request: pytest.FixtureRequest) -> None:
    if not have_all_run(request.session):
        pytest.skip("only some of the end-to-end tests have run")
    # GIVEN the calls of all end-to-end tests
    found = UnneededGrants.of(rig.twin.permissions(), REASONS)
    request.config.stash[REPORT] = found.lines()
    # THEN each action of each statement was needed by one of them, or stays for a reason
    assert found.without_reason() == []
    # AND no reason is left for what is needed or gone
    assert found.without_grant() == []


def test_nothing_was_refused_without_a_reason(rig: Rig, request: pytest.FixtureRequest) -> None:
    # Several functions go on without a call that fails, so a missing grant need not fail their tests.
    found = Refusals.of(rig.twin.permissions(), EXPECTED)
    assert found.without_reason() == []
    if have_all_run(request.session):
        assert found.without_refusal() == []
