"""Acting on the notices of moto's process: waking pollers, and invoking functions and rule targets."""

import json
import logging
from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.twin.background_tasks import BackgroundTasks
from local.twin.permissions.access import Access
from local.twin.permissions.caller import Caller, ServicePrincipal
from local.twin.permissions.gate import PermissionGate
from local.twin.poll_triggers import PollTriggers
from local.twin.services.eventbridge.rule_targets import target_caller, target_input, target_options
from local.twin.services.kinesisanalytics.service import Applications
from local.twin.services.lambda_.metrics import MetricStore
from local.twin.target_invoker import TargetInvoker

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeHandler:
    """Handles notices in the order in which moto sends them."""

    triggers: PollTriggers
    applications: Applications
    targets: TargetInvoker
    permissions: PermissionGate
    metrics: MetricStore
    _tasks: BackgroundTasks = field(default_factory=BackgroundTasks, init=False)

    async def run(self, notices: AsyncIterable[dict[str, Any]]) -> None:
        """Handle notices until moto's process ends."""
        async for notice in notices:
            self.handle(notice)

    def handle(self, notice: Mapping[str, Any]) -> None:
        """Act on one notice; targets are invoked in the background."""
        match notice["kind"]:
            case "activity":
                self.triggers.fire(notice["source"], notice.get("shard"))
                if ":kinesis:" in notice["source"]:
                    self.applications.wake(notice["source"])
            case "invoke":
                topic = ServicePrincipal(name="sns.amazonaws.com", source_arn=notice["topic"])
                self._tasks.start(self._send(topic, notice["arn"], json.dumps(notice["payload"]), {}))
            case "delivery":
                topic = ServicePrincipal(name="sns.amazonaws.com", source_arn=notice["topic"])
                access = Access(action="sqs:SendMessage", resource=notice["queue"])
                self.permissions.authorise(topic, access)  # moto has decided alike; this records it
            case "target":
                target, event = notice["target"], notice["event"]
                text, options = target_input(target, event), target_options(target, event)
                caller = target_caller(target, notice["rule"])
                self._tasks.start(self._send(caller, target["Arn"], text, options))

    async def close(self) -> None:
        """Cancel the invocations of targets that are under way."""
        await self._tasks.cancel()

    async def _send(self, caller: Caller, arn: str, text: str, options: Mapping[str, Any]) -> None:
        try:
            await self.targets.send(caller, arn, text, options)
        except Exception:  # noqa: BLE001 - no caller waits for the result, so the failure is counted and logged
            self.metrics.put_metric("AWS/Events", "FailedInvocations", 1, dimensions={"Target": arn})
            _LOG.exception("invoking the target %s failed", arn)
