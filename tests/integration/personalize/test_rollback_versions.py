"""A rollback finds the versions of the solution that another recipe replaced."""

from local.account.rollback.versions import active_versions, choose, stage_solutions
from tests.support.personalize_twin import PersonalizeTwin


def test_the_version_before_a_change_of_the_recipe_is_found(twin: PersonalizeTwin) -> None:
    # GIVEN a stage whose recipe was changed, in an adopted group that has a solution of somebody else
    control = twin.clients.control
    group = twin.loaded_group("history")
    first = twin.solution(group, "touchline-production")
    other = twin.solution(group, "home-page")
    second = twin.solution(group, "touchline-production-f00d", recipe="aws-user-personalization-v2")
    before, _, serving = (twin.version(solution)["solutionVersionArn"] for solution in (first, other, second))
    # WHEN the version before the one in service is chosen
    solutions = stage_solutions(control, "production", second)
    # THEN it is that of the first recipe
    assert sorted(solutions) == sorted([first, second])
    assert choose(active_versions(control, solutions), serving, None).arn == before
