"""The quotas of API Gateway and of AppSync's Event APIs, changed by their names."""

from local.twin.services.apigateway import Gateway, Limits
from local.twin.services.appsync import ChannelLimits, EventApis
from local.twin.services.appsync.limits import QUOTA_PREFIX


def check_quota(setting: str) -> None:
    """Raise InvalidQuotaError unless a quota can be set so, such as `requests=200:100`."""
    if setting.startswith(QUOTA_PREFIX):
        ChannelLimits().with_quota(setting)
    else:
        Limits().with_quota(setting)


class Quotas:
    """Changes quotas while the twin runs."""

    def __init__(self, gateway: Gateway, event_apis: EventApis) -> None:
        self._gateway = gateway
        self._event_apis = event_apis

    def change(self, setting: str) -> None:
        """Change a quota from now on, such as `channel_publishes=200`; raises InvalidQuotaError."""
        if setting.startswith(QUOTA_PREFIX):
            self._event_apis.change_quota(setting)
        else:
            self._gateway.change_quota(setting)
