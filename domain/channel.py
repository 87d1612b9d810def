"""Addresses of audiences: the channel on which an audience is told, and its document at the edge.

An address is a hash, because a segment of a channel has at most 50 letters, digits and dashes:
https://docs.aws.amazon.com/appsync/latest/eventapi/channel-namespaces.html
A viewer who is asked for by name is an audience of one.
"""

import hashlib
import zlib
from collections.abc import Iterable

CHANNEL_NAMESPACE = "touchline"
DOCUMENT_PREFIX = "audiences"
_ADDRESS_DIGITS = 32


def audience_address(match_id: str, *, cohort_key: str, consents: Iterable[str], holdout: bool) -> str:
    """Return the address of the viewers who share a cohort, consents and a side of the experiment."""
    arm = "holdout" if holdout else "treated"
    return _address(match_id, "cohort", cohort_key, " ".join(sorted(consents)), arm)


def viewer_address(match_id: str, viewer_id: str) -> str:
    """Return the address of one viewer in a match: where the viewer's interactions are recorded."""
    return _address(match_id, "viewer", viewer_id)


def named_address(match_id: str, viewer_id: str, *, cohort_key: str, consents: Iterable[str]) -> str:
    """Return the address at which one viewer with these traits is told.

    The traits are part of it, so that what was chosen for earlier ones, such as a consent that the viewer has
    withdrawn, is on a channel and in a document that no pass for the present ones opens.
    """
    return _address(match_id, "named", viewer_id, cohort_key, " ".join(sorted(consents)))


def channel_of(address: str) -> str:
    """Return the channel of an address."""
    return f"/{CHANNEL_NAMESPACE}/{address}"


def document_key(address: str) -> str:
    """Return the key of an address's document: its newest message, and those before that are still due."""
    return f"{DOCUMENT_PREFIX}/{address}/newest.json"


def is_sampled(share: float, own_address: str, version: int, slot: str, component_id: str) -> bool:
    """Return whether an impression belongs to the sample that apps report, by the viewer's own address.

    App and server compute the same, so no app can choose what counts; it does not depend on what the viewer
    does with the component.
    """
    text = f"{own_address}|{version}|{slot}|{component_id}"
    return zlib.crc32(text.encode()) < share * 2**32


def _address(*parts: str) -> str:
    """Return a hash; each part follows its length, so that no two lists of parts give the same text."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:_ADDRESS_DIGITS]
