"""Deploying stacks of an assembly to a running twin."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from local.twin.endpoints import Endpoint
from local.twin.provision.api_drafts import ApiDrafts
from local.twin.provision.assembly import Assembly, Stack
from local.twin.provision.changes import Change
from local.twin.provision.errors import StackRolledBackError, UnknownStackError
from local.twin.provision.provisioner import Provisioner
from local.twin.provision.threads import in_daemon_thread
from local.twin.services.apigateway import Gateway


class StackDeployer:
    """Creates and updates the resources of stacks, then serves the APIs that they declare.

    One deployment runs at a time; the others wait for it.
    """

    def __init__(
        self,
        *,
        assembly: Assembly,
        provisioner: Provisioner,
        apis: ApiDrafts,
        gateway: Gateway,
        endpoint: Endpoint,
    ) -> None:
        self._assembly = assembly
        self._provisioner = provisioner
        self._apis = apis
        self._gateway = gateway
        self._endpoint = endpoint
        self._lock = asyncio.Lock()

    @property
    def assembly(self) -> Assembly:
        """The assembly that was deployed last."""
        return self._assembly

    @property
    def outputs(self) -> dict[str, dict[str, str]]:
        """The outputs of every deployed stack, with the addresses of AWS replaced by the edge's."""
        return {
            stack: {name: self._endpoint.with_local_addresses(str(value)) for name, value in outputs.items()}
            for stack, outputs in self._provisioner.outputs.items()
        }

    async def create(self) -> None:
        """Create the stacks of the assembly in a twin that has none; raises ProvisionError."""
        async with self._lock:
            self._provisioner.add_assets(self._assembly.assets)
            await self._run(lambda: self._provisioner.create(self._assembly.stacks))
            self._serve_apis()

    async def update(self, assembly: Assembly) -> list[Change]:
        """Deploy another assembly, as `cdk deploy --all` does, and return what changed.

        Stacks are created or updated one after the other; a stack that the assembly lacks stays. Raises
        ProvisionError: the stack that failed is rolled back, and those before it stay updated.
        """
        async with self._lock:
            self._assembly = assembly
            self._provisioner.add_assets(assembly.assets)
            return await self._deploy(assembly.stacks)

    async def deploy_staged(self, name: str) -> list[Change]:
        """Create or update a stack of a nested stage, as `cdk deploy NAME` does, and return what changed.

        Raises UnknownStackError or ProvisionError.
        """
        async with self._lock:
            stacks = [stack for stack in self._assembly.staged if stack.is_called(name)]
            if not stacks:
                raise UnknownStackError(name)
            return await self._deploy(stacks)

    async def _deploy(self, stacks: Iterable[Stack]) -> list[Change]:
        changes: list[Change] = []
        try:
            for stack in stacks:
                await self._run(partial(self._deploy_one, stack, changes))
                self._serve_apis()
        except StackRolledBackError:
            self._serve_apis()
            raise
        return changes

    def _deploy_one(self, stack: Stack, changes: list[Change]) -> None:
        changes += self._provisioner.deploy(stack)

    async def _run(self, work: Callable[[], None]) -> None:
        """Let the provisioner work in a thread of its own."""
        try:
            await in_daemon_thread(work, "deployment")
        except asyncio.CancelledError:
            self._provisioner.stop()
            raise

    def _serve_apis(self) -> None:
        websocket_apis, http_apis = self._apis.websocket_apis(), self._apis.http_apis()
        for websocket_api in websocket_apis:
            self._gateway.put_websocket_api(websocket_api)
        for http_api in http_apis:
            self._gateway.put_http_api(http_api)
        served = {api.api_id for api in websocket_apis} | {api.api_id for api in http_apis}
        self._gateway.remove_apis_except(served)
