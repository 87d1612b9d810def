"""A campaign that needs no training: viewers who are asked for by name get another order than cohorts."""

import json
from urllib.parse import unquote

from domain.cohort import COHORT_USER_PREFIX
from local.twin.edge.services import ServiceAnswer, ServiceRequest
from paths import COMPONENTS_FILE


class FakeCampaign:
    """Answers requests for recommendations with the catalogue's components, and takes events."""

    def __init__(self) -> None:
        components = json.loads(COMPONENTS_FILE.read_text(encoding="utf-8"))["components"]
        self._ids = sorted(each["id"] for each in components)

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        answer: dict[str, object] = {}
        if unquote(request.path).endswith("/recommendations"):
            asked = json.loads(request.body)
            is_cohort = str(asked["userId"]).startswith(COHORT_USER_PREFIX)
            ids = self._ids if is_cohort else self._ids[::-1]
            answer = {
                "recommendationId": f"for-{asked['userId']}"[:40],
                "itemList": [{"itemId": each} for each in ids[: asked.get("numResults", 25)]],
            }
        body = json.dumps(answer).encode()
        return ServiceAnswer(status=200, headers={"Content-Type": "application/json"}, body=body)
