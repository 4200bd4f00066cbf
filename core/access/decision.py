"""A decision and its refusal, and the interface of the engine that makes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from core.base.errors import DomainError
from core.base.text import Text

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from core.base.actor import Actor
    from core.kernel.specs import ActionDef, ResourceType


@dataclass(frozen=True, slots=True)
class Compared:
    """What an amount of ``currency`` came to in the currency that was ``wanted``, that of a limit, both in minor units:
    by which published rate, as it is written, of which day and from where.
    """

    amount: int
    currency: str
    minor: int
    wanted: str
    rate: str
    day: date
    source: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to "may this actor do this to that", and why.

    ``code`` is ALLOW, SYSTEM, NO_ENTRY, PROHIBITED, OUT_OF_SCOPE, OVER_LIMIT, AGGREGATE, SPLIT_UNKNOWN, CAP_EXCEEDED,
    CAP_UNKNOWN, CURRENCY_UNKNOWN, SOD_SELF, SOD_PROXY, SOD_OBJECT, SOD_HOLDS, RECUSED, AGREED, OWN_BENEFIT, BEYOND_OWN,
    POST_IMAGE, FIELD_FORBIDDEN, TOKEN_SCOPE, NOT_SIGNED_IN or NO_ENGINE; PROCESS or NOT_ASKED where a process asks.
    ``entry`` is the code of the list entry that allowed it, such as ``MKT-ACQ-H.A1``; ``list_version`` the published
    version it stands in; ``position_id`` and ``assignment_id`` the hat it was used under. ``message`` is the whole
    sentence for a person.
    ``actor`` is who asked, once ``require`` kept the decision. ``held_by`` are titles of posts that hold what was
    refused, told to whoever was refused it. ``on_behalf_of`` is the person whose authority was used by
    ``delegation_id``, or whom the holder of the hat stands in for. ``needs`` are the persons whose yes it takes, with
    his; only a task counts them. ``compared`` is by which rate an amount in another currency was held against the
    limits of ``entry``.
    """

    allowed: bool
    code: str
    message: Text | str
    action: str
    entry: str | None = None
    list_version: int | None = None
    assignment_id: int | None = None
    position_id: int | None = None
    actor: Actor | None = None
    held_by: tuple[str, ...] = ()
    delegation_id: int | None = None
    on_behalf_of: int | None = None
    needs: int = 1
    compared: Compared | None = None


class Denied(DomainError):
    """The authority list does not allow this. Carries the decision, so that pages and logs can say why."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(f"denied.{decision.code.lower()}", decision.message)
        self.decision = decision


class Engine(Protocol):
    """What ``core/authority`` installs."""

    def decide(
        self, session: Session, actor: Actor, action: ActionDef, resource: ResourceType | None, obj: Any | None
    ) -> Decision:
        """Decide about one object; without one about the whole installation where the action has no resource, else
        whether any entry exists at all.
        """

    def predicate(
        self, session: Session, actor: Actor, action: ActionDef, resource: ResourceType, model: Any, *,
        few: bool = False,
    ) -> ColumnElement[bool]:
        """The rows of a model the actor may do this to, as SQL; ``false()`` for none. ``few``: only the first ones are
        wanted.
        """
