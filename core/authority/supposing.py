"""Questions about something that is not there yet: who would decide this amount, in this unit, of this kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from core.kernel.specs import Facts, ResourceType


@dataclass(frozen=True, slots=True)
class Supposed:
    """A record as it would be: its ``facts``, and its attributes by the names under which lists speak of them.

    An attribute that is money is an amount in minor units with its currency. ``acts`` is who would have done what on it
    before, by action. Of one that is ``alone`` totals are asked as if nothing had been decided in the period.
    """

    facts: Facts
    attributes: Mapping[str, Any] = field(default_factory=dict)
    acts: Mapping[str, Collection[int]] = field(default_factory=dict)
    alone: bool = False


def facts_of(session: Session, resource: ResourceType | None, obj: Any) -> Facts:
    """What scopes and limits look at in a record, or in one that is supposed."""
    if isinstance(obj, Supposed):
        return obj.facts
    return resource.facts(session, obj) if resource is not None and obj is not None else Facts()
