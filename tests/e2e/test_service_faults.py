"""While a service throttles, repeats or dies: every viewer gets every version, and the alarm is raised."""

from collections.abc import Iterator
from dataclasses import dataclass

import aiohttp
import pytest

from domain.metrics import Metric
from lambdas.logic.authorization import SUBPROTOCOL
from local.twin.edge.faults import Requests
from tests.e2e.alarms import Alarm
from tests.e2e.crowd import Crowd
from tests.e2e.rig import Rig, eventually

MATCH_ID = "service-faults"
VIEWERS = 20
TIMEOUT_SECONDS, VISIBILITY_SECONDS = 14, 16
"""Of the dispatch, as short as its reserves allow, so that a killed function's task returns in this time."""
THROUGHPUT = "ProvisionedThroughputExceededException"
POSTS = Requests(service="execute-api", operation="POST", containing="connections/")
pytestmark = pytest.mark.twin


@pytest.fixture(scope="module")
def brief_dispatch(rig: Rig) -> Iterator[None]:
    """Give the dispatch a short timeout, and its tasks a visibility timeout just above."""
    functions, sqs = rig.twin.client("lambda"), rig.twin.client("sqs")
    name, queue_url = rig.function("dispatch_components"), rig.queue_url("dispatch_components")
    timeout = functions.get_function_configuration(FunctionName=name)["Timeout"]
    hidden = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["VisibilityTimeout"])["Attributes"]

    def change(seconds: int, visibility: str) -> None:
        functions.update_function_configuration(FunctionName=name, Timeout=seconds)
        sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"VisibilityTimeout": visibility})

    change(TIMEOUT_SECONDS, str(VISIBILITY_SECONDS))
    yield
    change(timeout, hidden["VisibilityTimeout"])


@pytest.fixture(scope="module")
def crowd(rig: Rig, brief_dispatch: None) -> Iterator[Crowd]:
    with Crowd(rig, MATCH_ID, VIEWERS) as viewers:
        yield viewers
    viewers.assert_nobody_saw_a_version_twice()


@pytest.fixture(autouse=True)
def without_faults_afterwards(rig: Rig) -> Iterator[None]:
    yield
    rig.twin.faults.clear()


async def test_tasks_that_the_queue_holds_twice_are_done_once(rig: Rig, crowd: Crowd) -> None:
    # GIVEN a queue that stores each task twice
    repeated = Requests(service="sqs", operation="SendMessageBatch", containing=MATCH_ID)
    rig.twin.faults.repeat(repeated)
    # WHEN a version is due THEN everybody gets it, and at the end has got it once
    crowd.publish_moment()
    await crowd.assert_all_show_newest()
    crowd.expect_one_post_each()


@dataclass(frozen=True)
class Throttled:
    """Requests to DynamoDB that are throttled, and the alarm that says so."""

    operation: str
    containing: str
    alarm: str


TABLES = {
    "the context is read": Throttled("Query", f'"{MATCH_ID}"', "BuildContextErrors"),
    "the context is written": Throttled("PutItem", "contextBuiltAt", "BuildContextErrors"),
    "subscribers are read": Throttled("Query", f"MATCH#{MATCH_ID}", "DispatchErrors"),
    "posts are recorded": Throttled("UpdateItem", "owed = :owed", "DispatchErrors"),
}


@pytest.mark.parametrize("when", TABLES)
async def test_a_table_that_throttles_delays_a_version_and_loses_nothing(
    rig: Rig, crowd: Crowd, when: str
) -> None:
    throttled = TABLES[when]
    alarm = Alarm(rig.twin, throttled.alarm)
    # GIVEN a table that throttles these requests
    requests = Requests(service="dynamodb", operation=throttled.operation, containing=throttled.containing)
    rig.twin.faults.refuse(requests, code=THROUGHPUT)
    # WHEN a version is due until the alarm is raised
    crowd.publish_moment()
    await eventually(alarm.is_raised, f"{throttled.alarm} to be raised")
    # THEN everybody gets it once the table accepts the requests again
    rig.twin.faults.clear()
    await crowd.assert_all_show_newest()


async def test_a_function_that_is_killed_between_its_posts_and_their_record_posts_to_the_others_later(
    rig: Rig, crowd: Crowd
) -> None:
    # GIVEN a dispatch that is killed when it has posted to some viewers, and recorded none
    alarm = Alarm(rig.twin, "DispatchErrors")
    killed = rig.killed("dispatch_components")
    rig.twin.faults.refuse(POSTS, code="InternalServerError", status=500, after=3)
    rig.twin.faults.kill("dispatch_components", at=POSTS, after=VIEWERS)
    # WHEN a version is due
    crowd.publish_moment()
    await eventually(lambda: rig.killed("dispatch_components") - killed, "the dispatch to be killed")
    # THEN everybody gets it when the tasks are delivered again, and the alarm is raised
    rig.twin.faults.clear()
    await crowd.assert_all_show_newest()
    await eventually(alarm.is_raised, "DispatchErrors to be raised")


async def test_a_function_that_is_killed_after_its_write_leaves_the_dispatch_to_the_tables_stream(
    rig: Rig, crowd: Crowd
) -> None:
    # GIVEN a context builder that is killed between its write and the dispatch tasks
    alarm = Alarm(rig.twin, "BuildContextErrors")
    write = Requests(service="dynamodb", operation="PutItem", containing="contextBuiltAt")
    rig.twin.faults.kill("build_context", at=write)
    # WHEN a version is due THEN everybody gets it all the same, and the alarm is raised
    crowd.publish_moment()
    await crowd.assert_all_show_newest()
    await eventually(alarm.is_raised, "BuildContextErrors to be raised")


async def test_posts_that_are_all_throttled_wait_and_are_sent_once(rig: Rig, crowd: Crowd) -> None:
    # GIVEN an account without any request left
    alarm = Alarm(rig.twin, "PostsOwed")
    rig.twin.faults.refuse(POSTS, code="LimitExceededException", status=429)
    # WHEN a version is due until the invocation ends THEN the alarm is raised
    crowd.publish_moment()
    await eventually(alarm.is_raised, "PostsOwed to be raised")
    # THEN everybody gets it, once, when requests are left again
    rig.twin.faults.clear()
    await crowd.assert_all_show_newest()
    crowd.expect_one_post_each()


async def test_a_gateway_that_fails_is_posted_to_again(rig: Rig, crowd: Crowd) -> None:
    alarm = Alarm(rig.twin, "PostsFailed")
    rig.twin.faults.refuse(POSTS, code="InternalServerError", status=500)
    crowd.publish_moment()
    await eventually(alarm.is_raised, "PostsFailed to be raised")
    rig.twin.faults.clear()
    await crowd.assert_all_show_newest()


async def test_while_the_issuer_is_down_nobody_new_connects_and_those_who_watch_go_on(
    rig: Rig, crowd: Crowd
) -> None:
    # GIVEN an issuer that does not answer, and an authorizer that does not know its keys
    alarm = Alarm(rig.twin, "AuthorizationsFailed")
    refused = rig.twin.metric_total(Metric.CONNECTIONS_REFUSED)
    keys = Requests(service="s3", operation="GET", containing="jwks.json")
    rig.twin.faults.refuse(keys, code="ServiceUnavailable", status=503)
    rig.twin.kill("authorize_connection")
    # WHEN a viewer with a valid token connects THEN it is no refusal, and the alarm is raised
    assert await connect(rig, rig.token("newcomer")) == 500
    await eventually(alarm.is_raised, "AuthorizationsFailed to be raised")
    assert rig.twin.metric_total(Metric.CONNECTIONS_REFUSED) == refused
    # AND an invalid token is told apart
    assert await connect(rig, "no-token") == 401
    await eventually(lambda: rig.twin.metric_total(Metric.CONNECTIONS_REFUSED) > refused, "the refusal")
    # AND those who watch get the next version
    crowd.publish_moment()
    await crowd.assert_all_show_newest()
    # AND the viewer connects when the issuer answers again; an authorizer asks it every half minute
    rig.twin.faults.clear()
    rig.twin.kill("authorize_connection")
    assert await connect(rig, rig.token("newcomer")) == 101


async def test_a_campaign_that_cannot_be_read_raises_the_alarm_of_its_capacity(rig: Rig) -> None:
    # GIVEN Personalize's control plane, which does not answer
    alarm = Alarm(rig.twin, "CapacityChangeErrors")
    look = Requests(service="personalize", operation="DescribeCampaign")
    rig.twin.faults.refuse(look, code="InternalFailure", status=500)
    # WHEN the minute's run is due THEN the function fails; the next minute tries again
    invoke = rig.twin.client("lambda").invoke
    answer = invoke(FunctionName=rig.function("set_campaign_capacity"), Payload=b"{}")
    assert answer["FunctionError"] == "Unhandled"
    await eventually(alarm.is_raised, "CapacityChangeErrors to be raised")
    # AND a system that has no campaign yet has nothing to do
    rig.twin.faults.clear()
    answer = invoke(FunctionName=rig.function("set_campaign_capacity"), Payload=b"{}")
    assert "FunctionError" not in answer
    await eventually(lambda: rig.twin.metric_total(Metric.CAPACITY_REACHED) > 0, "the reached capacity")


async def connect(rig: Rig, token: str) -> int:
    """Return the status of a new connection with this token."""
    async with aiohttp.ClientSession() as session:
        try:
            async with session.ws_connect(rig.outputs.web_socket_url, protocols=(SUBPROTOCOL, token)):
                return 101
        except aiohttp.WSServerHandshakeError as error:
            return error.status
