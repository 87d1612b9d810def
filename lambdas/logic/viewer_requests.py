"""Serves requests to erase or export what is stored about a viewer.

The state machine calls `begin`, then `search` until it is done, then `finish`. What the steps must remember
is in the request's folder, so that the machine's history, which AWS keeps for 90 days, has no data of viewers
beyond its input.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.tombstone import Tombstone, viewer_hash
from domain.validation import format_instant
from domain.viewer_request import FOUND_FOLDER, OBJECTS_FILE, REQUEST_FILE, USERS_FILE, ViewerRequest
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.privacy import RequestFolder, Tombstones, ViewerStore

PROGRESS_FILE = "progress.json"
PERSONALIZE, EARLIER_REQUESTS = "personalize", "earlier-requests"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerRequests:
    """Searches every store; `ages_out` are the hours after which the rest expires by itself, by store."""

    stores: Sequence[ViewerStore]
    folder: RequestFolder
    tombstones: Tombstones
    clock: Clock
    ages_out: Mapping[str, int]

    def begin(self, run: str, given: object) -> None:
        """Read the input; for an erasure, first make sure that no training brings the viewer back.

        Raises InvalidFieldError for an invalid field.
        """
        request = ViewerRequest.from_input(given, self.clock())
        if request.erases:
            self.tombstones.put_tombstone(
                Tombstone(viewer_hash=viewer_hash(request.viewer_id), erased_at=request.requested_at)
            )
        # First, because a later erasure finds by it what this run leaves if it fails.
        self.folder.write(run, REQUEST_FILE, json.dumps(request.to_dict()))
        self.folder.write(run, USERS_FILE, _csv(request.viewer_id))
        self._save(run, {"store": 0, "position": None, "page": 0, "found": {}})

    def search(self, run: str, *, has_time: Callable[[], bool]) -> bool:
        """Search page by page while there is time; True if every store is searched."""
        request = ViewerRequest.from_dict(json.loads(self.folder.read(run, REQUEST_FILE)))
        progress = json.loads(self.folder.read(run, PROGRESS_FILE))
        while progress["store"] < len(self.stores) and has_time():
            store = self.stores[progress["store"]]
            page = store.serve(request, progress["position"])
            if page.records and not request.erases:
                lines = [json.dumps({"store": store.name, "record": record}) for record in page.records]
                self.folder.write(
                    run, f"{FOUND_FOLDER}/{store.name}/{progress['page']:06}.jsonl", "\n".join(lines) + "\n"
                )
            found = progress["found"]
            found[store.name] = found.get(store.name, 0) + len(page.records)
            progress |= {
                "position": page.position,
                "page": progress["page"] + 1,
                "store": progress["store"] + (page.position is None),
            }
            self._save(run, progress)
        return bool(progress["store"] >= len(self.stores))

    def finish(self, run: str, personalize_records: int | None) -> dict[str, Any]:
        """Return the report, and delete the files that name the viewer; the copies of an export stay.

        So does the request of an export: a later erasure finds the copies by it. `personalize_records` is the
        number of records that Personalize has deleted; None for an export.
        """
        request = ViewerRequest.from_dict(json.loads(self.folder.read(run, REQUEST_FILE)))
        found = json.loads(self.folder.read(run, PROGRESS_FILE))["found"]
        objects = json.loads(self.folder.read(run, OBJECTS_FILE))
        stores = {name: {"records": count} for name, count in found.items()} | objects
        if personalize_records is not None:
            stores[PERSONALIZE] = {"records": personalize_records}
        if request.erases:
            stores[EARLIER_REQUESTS] = {"files": self._remove_earlier(run, request)}
        now = self.clock()
        report = {
            "purpose": request.purpose.value,
            "viewerHash": viewer_hash(request.viewer_id),
            "requestedAt": format_instant(request.requested_at),
            "finishedAt": format_instant(now),
            "stores": stores,
            "agesOut": {
                name: {"hours": hours, "by": format_instant(now + timedelta(hours=hours))}
                for name, hours in self.ages_out.items()
            },
            "location": self.folder.location(run),
        }
        for name in (PROGRESS_FILE, USERS_FILE, OBJECTS_FILE, *((REQUEST_FILE,) if request.erases else ())):
            self.folder.remove(run, name)
        return report

    def _remove_earlier(self, run: str, request: ViewerRequest) -> int:
        """Delete the files of the viewer's earlier requests: copies of exports, and what failed runs left."""
        files = 0
        for other_run, text in self.folder.other_requests(run):
            other = ViewerRequest.from_dict(json.loads(text))
            if other.viewer_id == request.viewer_id and other.requested_at < request.requested_at:
                files += self.folder.remove_all(other_run)
        return files

    def _save(self, run: str, progress: Mapping[str, Any]) -> None:
        self.folder.write(run, PROGRESS_FILE, json.dumps(progress))


def _csv(viewer_id: str) -> str:
    """Return the list of users that Personalize's deletion job reads."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["USER_ID"], [viewer_id]])
    return text.getvalue()
