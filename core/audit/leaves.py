"""What of an entry the tree holds: its body as canonical JSON, the values in it only as a keyed hash.

The body says who did what to which thing, when and under which entry of the authority list. What a row holds of values
(``before``, ``after``, ``reason``) enters as one HMAC-SHA256 under the key of the person the row is about: a leaf that
has left the house tells nothing about anybody, and once the key is destroyed not even guesses can be tried against it,
while the leaf stays what it was. Nothing depends on which columns somebody thought of as personal.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.audit import merkle
from core.audit.canonical import canonical

#: What stands in the clear: references and names of our own. A column added to the log needs a new version here.
CLEAR = (
    "id", "kind", "actor_kind", "account_id", "person_id", "acting_as", "request_id", "action", "entry",
    "list_version", "object_type", "object_id", "root_type", "root_id", "subject_id", "row_count", "origin", "digest",
)  # fmt: skip
#: What the keyed hash covers.
VALUES = ("before", "after", "reason")
VERSION = 1


def values_hash(entry: Mapping[str, Any], key: bytes) -> bytes | None:
    """The keyed hash of what an entry holds of values, None where it holds none."""
    values = {name: entry[name] for name in VALUES if entry[name] is not None}
    return hmac.digest(key, canonical(values), "sha256") if values else None


def body(entry: Mapping[str, Any], values: bytes | None) -> dict[str, Any]:
    """What is hashed of an entry: ``entry`` is a row of the log by column, ``values`` its keyed hash."""
    made = {name: entry[name] for name in CLEAR}
    made["at"] = _moment(entry["at"])
    made["values"] = None if values is None else values.hex()
    made["v"] = VERSION
    return made


def leaf_of(made: Mapping[str, Any]) -> bytes:
    """The hash of the leaf of a body."""
    return merkle.leaf_hash(canonical(dict(made)))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
