"""After the other tests of a stage that broadcasts: audiences have the grants that they need, and no more."""

from pathlib import Path

import pytest

from local.twin.permissions.unneeded import UnneededGrants
from tests.e2e.rig import Rig
from tests.e2e.whole_suite import have_all_run

FOLDER = Path(__file__).parent
REASONS = FOLDER / "unneeded_permissions.toml"
OWN_PARTS = ("DeliveryStack/Audiences/", "DeliveryStack/Pipeline/DispatchComponentsRole")
"""The constructs that are there, or have other grants, because the stage broadcasts."""
pytestmark = pytest.mark.twin


def test_each_grant_of_audiences_is_needed_or_has_a_reason(
    stage: Rig, request: pytest.FixtureRequest
) -> None:
    if not have_all_run(request.session, FOLDER):
        pytest.skip("only some of the tests of this folder have run")
    # GIVEN the calls of the other tests
    found = UnneededGrants.of(stage.twin.permissions(), REASONS)
    # THEN each action of these constructs was needed by one of them, or stays for a reason
    assert [grant for grant in found.without_reason() if grant.startswith(OWN_PARTS)] == []
    # AND no reason is left for what is needed or gone
    assert found.without_grant() == []


def test_nothing_was_refused(stage: Rig) -> None:
    assert stage.twin.permissions()["refused"] == []
