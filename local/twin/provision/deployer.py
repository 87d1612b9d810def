"""Deploying stacks of the assembly to a running twin."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from local.twin.endpoints import Endpoint
from local.twin.provision.api_drafts import ApiDrafts
from local.twin.provision.assembly import Assembly, Stack
from local.twin.provision.errors import UnknownStackError
from local.twin.provision.provisioner import Provisioner
from local.twin.services.apigateway import Gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class StackDeployer:
    """Creates the resources of stacks, then serves the APIs that they declare."""

    assembly: Assembly
    provisioner: Provisioner
    apis: ApiDrafts
    gateway: Gateway
    endpoint: Endpoint

    @property
    def outputs(self) -> dict[str, dict[str, str]]:
        """The outputs of every deployed stack, with the addresses of AWS replaced by the edge's."""
        return {
            stack: {name: self.endpoint.with_local_addresses(str(value)) for name, value in outputs.items()}
            for stack, outputs in self.provisioner.outputs.items()
        }

    async def deploy(self, stacks: Iterable[Stack]) -> None:
        """Deploy stacks; raises ProvisionError."""
        await asyncio.to_thread(self.provisioner.create, list(stacks))
        for websocket_api in self.apis.websocket_apis():
            self.gateway.put_websocket_api(websocket_api)
        for http_api in self.apis.http_apis():
            self.gateway.put_http_api(http_api)

    async def deploy_staged(self, name: str) -> None:
        """Deploy a stack of a nested stage, as `cdk deploy NAME` does; raises UnknownStackError."""
        stacks = [stack for stack in self.assembly.staged if stack.is_called(name)]
        if not stacks:
            raise UnknownStackError(name)
        await self.deploy(stacks)
