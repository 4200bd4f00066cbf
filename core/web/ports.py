"""Where the parts that lie above the web install what it asks of them.

Identity knows who a request comes from, settings what the reader prefers; ``core/web`` lies below both and imports
neither. They fill in ``web.of(app).ports`` when the app is made. What nobody installed means: anonymous, defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from flask import Flask, Request, current_app, session, url_for

from core.base.actor import Actor
from core.base.text import DEFAULT_LOCALE, LOCALES, match_locale

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.access.decision import Decision
    from core.kernel.house import House

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")
EXTENSION = "remit"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader chose for himself."""

    locale: str = DEFAULT_LOCALE
    theme: Theme = "auto"


@dataclass(frozen=True, slots=True)
class Me:
    """The person in the corner of the page. ``position`` is the title of his primary post in his language."""

    name: str
    person_id: int | None = None
    initials: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands round every page: the name over the menu, the person in the corner (None: nobody signed in), and how
    much he has not read; at a hundred the counting ends. ``counts`` are the numbers beside lines of the menu, by
    endpoint.
    """

    company: str
    me: Me | None = None
    unread: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Ports:
    """The questions the web asks upwards. Each is called with the session of the request, before the view runs.

    ``actor_of_request`` finds who is signed in, or None; ``token_actor`` whose bearer token this is, or None.
    ``frame`` is asked on every page, so it takes one statement. The endpoints are only linked to when they exist.
    ``refused`` keeps what somebody may not change; it is told after the transaction of the request was rolled back.
    """

    actor_of_request: Callable[[Session, Request], Actor | None] | None = None
    token_actor: Callable[[Session, str], Actor | None] | None = None
    preferences: Callable[[Session, Actor], Preferences] | None = None
    frame: Callable[[Session, Actor], Frame] | None = None
    refused: Callable[[Actor, Decision], None] | None = None
    sign_in_endpoint: str = "identity.sign_in"
    sign_out_endpoint: str = "identity.sign_out"
    preference_endpoint: str = "identity.preference"
    search_endpoint: str = "search.search"
    notices_endpoint: str = "notify.everything"
    latest_notices_endpoint: str = "notify.latest"
    bell_endpoint: str = "notify.bell"
    inbox_topic: str = "inbox"


@dataclass(slots=True)
class Web:
    """What the web keeps on one app: its house, its ports, and which module each blueprint came from.

    ``migrated`` is set once no migration is pending; that cannot change while the process runs.
    """

    house: House
    ports: Ports = field(default_factory=Ports)
    owners: dict[str, str] = field(default_factory=dict)
    migrated: bool = False

    def owner(self, blueprint: str | None) -> str:
        """The module a blueprint belongs to; ``core`` for what no module registered."""
        return self.owners.get(blueprint or "", "core")


def of(app: Flask | None = None) -> Web:
    """The web part of an app, by default of the one that answers this request."""
    web: Web = (app or current_app).extensions[EXTENSION]
    return web


def link(endpoint: str, **values: Any) -> str | None:
    """The URL of an endpoint, or None when nobody registered it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


# -- preferences of somebody who has not signed in ---------------------------------------------------------------------


def anonymous_preferences(request: Request) -> Preferences:
    """The choice kept in the signed cookie, else the browser's language."""
    locale = session.get("locale")
    if locale not in LOCALES:
        tags = {tag.replace("_", "-"): tag for tag in (*LOCALES, "zh")}
        best = request.accept_languages.best_match(list(tags))
        locale = match_locale(best) if best else of().house.config.locale
    theme = session.get("theme")
    return Preferences(locale, theme if theme in THEMES else "auto")


def remember(*, locale: str | None = None, theme: str | None = None) -> None:
    """Keep a choice in the signed cookie of this browser. Unknown values are ignored."""
    if locale in LOCALES:
        session["locale"] = locale
    if theme in THEMES:
        session["theme"] = theme
