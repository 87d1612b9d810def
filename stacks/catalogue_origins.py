"""The other origins that the catalogue's micro-frontends come from."""

import json
from dataclasses import dataclass
from pathlib import Path

from domain.remote import Isolation, Remote, read_origin, require_trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueOrigins:
    """`trusted` may run scripts in the app; from `framed` the app only fetches what it hands to a frame."""

    trusted: tuple[str, ...]
    framed: tuple[str, ...]


def catalogue_origins(catalogue: Path) -> CatalogueOrigins:
    """Read the origins of a catalogue file; raises InvalidFieldError for a module of an untrusted one."""
    file = json.loads(catalogue.read_text())
    trusted = tuple(
        read_origin(each, f"trusted_origins[{at}]") for at, each in enumerate(file.get("trusted_origins", ()))
    )
    framed: set[str] = set()
    for index, component in enumerate(file["components"]):
        path = f"components[{index}].remote"
        remote = Remote.from_dict(component["remote"], path)
        require_trusted(remote, trusted, path)
        if remote.isolation is Isolation.FRAME and remote.origin:
            framed.add(read_origin(remote.origin, f"{path}.url"))
    return CatalogueOrigins(trusted=trusted, framed=tuple(sorted(framed)))
