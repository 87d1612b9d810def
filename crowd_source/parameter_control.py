"""The kill switch and the watch list, in two parameters of Systems Manager."""

import asyncio
import json
import logging
from typing import Any

from domain.crowd.watch_list import WatchList
from domain.errors import InvalidFieldError

ON = "on"
LOGGER = logging.getLogger(__name__)


class ParameterControl:
    """Reads both; anything but `on` in the switch stops the listening.

    A watch list that is wrong changes nothing.
    """

    def __init__(self, ssm: Any, *, switch_name: str, watch_list_name: str) -> None:
        self._ssm = ssm
        self._switch_name = switch_name
        self._watch_list_name = watch_list_name
        self._last = WatchList()

    async def read(self) -> WatchList:
        """The matches to follow; none while the switch is off."""
        answer = await asyncio.to_thread(
            self._ssm.get_parameters, Names=[self._switch_name, self._watch_list_name]
        )
        values = {parameter["Name"]: parameter["Value"] for parameter in answer["Parameters"]}
        if values.get(self._switch_name, "").strip().lower() != ON:
            return WatchList()
        try:
            self._last = WatchList.from_dict(json.loads(values.get(self._watch_list_name, "{}")))
        except (ValueError, InvalidFieldError) as error:
            LOGGER.warning("the watch list stays as it was: %s", error)
        return self._last
