"""How a view says who may call it. A route without one of these declarations cannot be registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

ATTRIBUTE = "__remit_access__"


@dataclass(frozen=True, slots=True)
class Declared:
    """What a view declared: an action key, ``signed_in``, or ``public`` with its reason.

    ``largest`` is how many bytes a body may have, where that is less than the installation allows. ``opens``: what is
    masked is opened here as a whole and on record, and only then do lists go by it.
    """

    kind: str
    action: str | None = None
    reason: str = ""
    largest: int | None = None
    opens: bool = False


def access(action: str, *, opens: bool = False) -> Callable[[F], F]:
    """Only for whoever holds an entry for ``action`` under some scope; everybody else gets 403.

    The view still asks ``load`` or ``require`` about the object itself. A query that names a masked field is refused,
    unless the view ``opens`` such fields itself and orders by them only where they are open.
    """

    def mark(view: F) -> F:
        setattr(view, ATTRIBUTE, Declared("action", action, opens=opens))
        return view

    return mark


def signed_in(view: F) -> F:
    """For everybody who has signed in, about his own affairs."""
    setattr(view, ATTRIBUTE, Declared("signed_in"))
    return view


def public(reason: str, *, largest: int | None = None) -> Callable[[F], F]:
    """For everybody, with the reason why that is right; a body of more than ``largest`` bytes is refused unread."""

    def mark(view: F) -> F:
        setattr(view, ATTRIBUTE, Declared("public", reason=reason, largest=largest))
        return view

    return mark


def declared(view: Any) -> Declared | None:
    """What a view declared, looking through wrappers; None when it declared nothing."""
    while view is not None:
        found = getattr(view, ATTRIBUTE, None)
        if found is not None:
            return found if isinstance(found, Declared) else None
        view = getattr(view, "__wrapped__", None) or getattr(view, "view_class", None)
    return None
