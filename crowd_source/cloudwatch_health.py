"""Report the service's health as a metric of CloudWatch."""

import asyncio
import logging
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from domain.metrics import CROWD_SOURCE_SERVICE, SERVICE_DIMENSION, Metric

LOGGER = logging.getLogger(__name__)


class CloudWatchHealth:
    """Puts 1 for a healthy minute and 0 for a silent one; a minute without a value counts as silent."""

    def __init__(self, cloudwatch: Any, namespace: str) -> None:
        self._cloudwatch = cloudwatch
        self._namespace = namespace

    async def report(self, *, is_healthy: bool) -> None:
        """Put the metric; an error is logged, because posts are read all the same."""
        metric = {
            "MetricName": Metric.CROWD_SOURCE_HEALTHY.value,
            "Dimensions": [{"Name": SERVICE_DIMENSION, "Value": CROWD_SOURCE_SERVICE}],
            "Value": float(is_healthy),
            "Unit": "Count",
        }
        try:
            await asyncio.to_thread(
                self._cloudwatch.put_metric_data, Namespace=self._namespace, MetricData=[metric]
            )
        except (BotoCoreError, ClientError) as error:
            LOGGER.warning("health not reported: %s", error)
