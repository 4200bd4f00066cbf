"""Who acts: handed to every service as its second argument, so that nothing depends on a global."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.base.clock import DEFAULT_ZONE
from core.base.text import DEFAULT_LOCALE

ActorKind = Literal["person", "token", "system", "anonymous"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The account, person or system reason behind one request, command or job.

    ``acting_as`` is the assignment a person with several posts chose to act under; None lets the engine cite the
    least authority that suffices. ``scopes`` narrows a token to some actions; None means all its holder has.
    """

    kind: ActorKind
    name: str = ""
    account_id: int | None = None
    person_id: int | None = None
    acting_as: int | None = None
    scopes: frozenset[str] | None = None
    locale: str = DEFAULT_LOCALE
    zone: str = DEFAULT_ZONE
    request_id: str = ""
    reason: str = ""

    @classmethod
    def system(cls, reason: str) -> Actor:
        """The product itself, for init, migrations, the demo and jobs; the reason is written to the audit log."""
        if not reason:
            raise ValueError("a system actor needs a reason")
        return cls(kind="system", name="system", reason=reason)

    @classmethod
    def anonymous(cls, locale: str = DEFAULT_LOCALE, request_id: str = "") -> Actor:
        """Somebody who has not signed in."""
        return cls(kind="anonymous", locale=locale, request_id=request_id)

    @property
    def is_system(self) -> bool:
        """Whether the product itself acts."""
        return self.kind == "system"

    @property
    def signed_in(self) -> bool:
        """Whether an account stands behind the actor."""
        return self.account_id is not None

    def with_locale(self, locale: str) -> Actor:
        """The same actor reading another language."""
        return replace(self, locale=locale)
