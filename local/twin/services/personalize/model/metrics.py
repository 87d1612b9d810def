"""Offline metrics on held-out interactions, with the service's metric names.

https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from local.twin.services.personalize.model.trained import TrainedModel

DEPTHS = (5, 10, 25)


def offline_metrics(
    model: TrainedModel, held_out: pa.Table, context: tuple[str, ...], users: Mapping[str, Mapping[str, Any]]
) -> dict[str, float]:
    """Return metrics of how high the model ranks the items that users engaged with."""
    ranks: list[int] = []
    recommended: set[str] = set()
    catalogue = 0
    for row in held_out.to_pylist():
        scores = model.score(
            row["USER_ID"],
            users.get(row["USER_ID"]),
            {name: row[name] for name in context if row[name] is not None},
        )
        catalogue = len(scores.items)
        order = np.argsort(-scores.values, kind="stable")
        recommended.update(scores.items[at] for at in order[: DEPTHS[-1]])
        place = {scores.items[at]: rank for rank, at in enumerate(order.tolist(), start=1)}
        ranks.append(place.get(row["ITEM_ID"], catalogue + 1))
    reached = np.array(ranks or [catalogue + 1], float)
    metrics = {
        "coverage": len(recommended) / catalogue if catalogue else 0.0,
        "mean_reciprocal_rank_at_25": float(np.where(reached <= DEPTHS[-1], 1 / reached, 0).mean()),
    }
    for depth in DEPTHS:
        hit = reached <= depth
        gain = np.where(hit, 1 / np.log2(reached + 1), 0)
        metrics[f"normalized_discounted_cumulative_gain_at_{depth}"] = float(gain.mean())
        metrics[f"precision_at_{depth}"] = float((hit / depth).mean())
    return metrics
