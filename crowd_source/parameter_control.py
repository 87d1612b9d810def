"""The kill switch and the watch list, from two parameters of Systems Manager."""

import asyncio
import json
import logging
from typing import Any

from domain.crowd.watch_list import WatchList
from domain.errors import InvalidFieldError

ON = "on"
LOGGER = logging.getLogger(__name__)


class ParameterControl:
    """Reads both parameters. Any value of the switch but `on` stops the service from reading posts.

    An invalid watch list leaves the last valid one in force.
    """

    def __init__(self, ssm: Any, *, switch_name: str, watch_list_name: str) -> None:
        self._ssm = ssm
        self._switch_name = switch_name
        self._watch_list_name = watch_list_name
        self._last_valid = WatchList()

    async def read(self) -> WatchList:
        """Return the matches to follow; none while the switch is off."""
        answer = await asyncio.to_thread(
            self._ssm.get_parameters, Names=[self._switch_name, self._watch_list_name]
        )
        values = {parameter["Name"]: parameter["Value"] for parameter in answer["Parameters"]}
        if values.get(self._switch_name, "").strip().lower() != ON:
            return WatchList()
        try:
            self._last_valid = WatchList.from_dict(json.loads(values.get(self._watch_list_name, "{}")))
        except (ValueError, InvalidFieldError) as error:
            LOGGER.warning("invalid watch list, the last valid one stays in force: %s", error)
        return self._last_valid
