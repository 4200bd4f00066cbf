"""What a module adds to pages: lines of the menu, cards, contributions to places, what they listen to."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from core.base.text import Text

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect
    from sqlalchemy.orm import Session

    from core.base.actor import Actor


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the menu. It shows itself to whoever holds ``action`` under any scope; None means signed in.

    ``others`` keeps it from those whose list gives the action for themselves alone: a page that lists people is none
    for somebody who would stand in it by himself. ``when(session, actor)`` is for a line that no single action
    decides, such as one page over several actions.
    ``phone`` gives it a place in the bar at the bottom of a phone, 1 the first; what everybody uses every week has one.
    There it is called ``short``, a word that fits a fifth of the width. ``count(actor)`` is a part of a statement that
    counts what waits for the reader behind it; that of all lines is asked at once, on every page, so it goes along an
    index and ends at a hundred.
    """

    group: Text | str
    title: Text
    endpoint: str
    icon: str
    order: int = 100
    action: str | None = None
    when: Callable[[Session, Actor], bool] | None = None
    phone: int = 0
    short: Text | str = ""
    others: bool = False
    count: Callable[[Actor], ScalarSelect[int]] | None = None


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of page: a template and its values, filled before the page is rendered."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Widget:
    """A card on a home page. ``fill(session, actor)`` returns a fragment, or None to stay away.

    ``area`` is where it stands: ``today`` (first row), ``main`` or ``side``.
    """

    name: str
    title: Text
    fill: Callable[[Session, Actor], Fragment | None]
    area: Literal["today", "main", "side"] = "main"
    order: int = 100
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A contribution to a named place of another module's page.

    ``fill(session, actor, **context)`` returns a ``Fragment`` for places in a page, or data for places that collect
    data (``org.edges``); None stays away. The places are listed in ``docs/plugins/slots.md``.
    """

    place: str
    name: str
    fill: Callable[..., Any]
    order: int = 100
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """Something a page can listen to while it is open: ``job``, ``inbox``, ``board``; ``job:17`` is one thing of it.

    ``may(session, actor, key)`` decides by authority who hears of the thing ``key`` names, which comes from outside and
    may be anything; a refusal may be False or raised. What is told is a hint, ``core.live.publish`` tells it.
    ``watch(session, keys)`` is for what no transaction tells, such as progress: the state of those things that somebody
    listens to, as small JSON without anything personal. It is asked twice a second, once for all who listen, and a
    state that is another than before is told as it is.
    """

    name: str
    title: Text
    may: Callable[[Session, Actor, str], bool]
    watch: Callable[[Session, Collection[str]], Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", self.name):
            raise ValueError(f"{self.name!r} is no name of a topic: small letters, digits and underscores")
