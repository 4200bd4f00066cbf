"""A house with one module, ``desk``, that lives in a temporary folder: real loader, real app, real database."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import flask
from flask.testing import FlaskClient
from sqlalchemy import false, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.schema import ForeignKey
from werkzeug.test import TestResponse

from core import logs
from core.access.decision import Decision
from core.app import create_app
from core.base.actor import Actor
from core.base.text import catalogue
from core.config import Config
from core.db.session import Database
from core.db.types import Id
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.hookspecs import hookimpl
from core.kernel.house import House
from core.kernel.specs import ActionDef, Module, NavItem, ResourceType, Slot
from core.web import ports

_ = catalogue("desk")


class Own(DeclarativeBase):
    """Tables of the module in these tests; apart from the product's, which migrations describe."""


class Topic(Own):
    """What notes are about."""

    __tablename__ = "desk_topic"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str]


class Note(Own):
    """Something somebody wrote down."""

    __tablename__ = "desk_note"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    text: Mapped[str]
    amount: Mapped[int] = mapped_column(default=0)
    topic_id: Mapped[int | None] = mapped_column(Id, ForeignKey("desk_topic.id"))
    topic: Mapped[Topic | None] = relationship()


@dataclass
class Holders:
    """An authority engine that knows one thing: which account holds entries for which actions, without scopes."""

    entries: set[tuple[int, str]] = field(default_factory=set)

    def decide(
        self, session: Session, actor: Actor, action: ActionDef, resource: ResourceType | None, obj: Any | None
    ) -> Decision:
        held = (actor.account_id or 0, action.key) in self.entries
        code, words = ("ALLOW", "Entry D1 allows it.") if held else ("NO_ENTRY", "No list gives you this.")
        return Decision(held, code, words, action.key, entry="D1" if held else None)

    def predicate(
        self, session: Session, actor: Actor, action: ActionDef, resource: ResourceType, model: Any, **how: Any
    ) -> Any:
        return model.id > 0 if (actor.account_id or 0, action.key) in self.entries else false()


@dataclass
class Desk:
    """The module under construction: routes, templates and contributions are added before ``open``."""

    folder: Path
    database: Database
    put: Callable[[str, ModuleType], None]
    blueprints: list[Any] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    nav: list[NavItem] = field(default_factory=list)
    holders: Holders = field(default_factory=Holders)
    others: dict[str, str] = field(default_factory=dict)
    secure: bool = False
    upload_limit: int = 64 * 1024 * 1024

    def template(self, name: str, text: str) -> None:
        """Write ``templates/desk/<name>``."""
        path = self.folder / "templates" / "desk" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def plugin(self, name: str, **answers: Callable[[], Any]) -> str:
        """Make a module out of the answers to its register hooks; returns the path of its plugin."""
        package = ModuleType(name)
        package.__path__ = [str(self.folder)]
        plugin = ModuleType(f"{name}.plugin")
        plugin.module = Module(name, _("Desk"), name, "1.0")  # type: ignore[attr-defined]
        for hook, answer in answers.items():
            setattr(plugin, hook, hookimpl(answer))
        self.put(name, package)
        self.put(f"{name}.plugin", plugin)
        self.others[name] = f"{name}.plugin"
        return f"{name}.plugin"

    def open(self) -> flask.Flask:
        """The app of a house with this module."""
        logs.setup()
        self.plugin(
            "desk",
            register_blueprints=lambda: self.blueprints,
            register_slots=lambda: self.slots,
            register_nav=lambda: self.nav,
            register_actions=lambda: [
                ActionDef("desk.note:read", _("Read notes"), power="read"),
                ActionDef("desk.note:write", _("Write notes")),
            ],
        )
        registry, manager = loader.load([], self.others)
        config = Config(
            instance=self.folder, secure_cookies=self.secure, upload_limit_bytes=self.upload_limit, company="Lingke"
        )
        house = House(config, self.database, registry, Hooks(manager), {"authority": self.holders})
        app = create_app(house=house)
        # The house of these tests has no accounts: who asks is told by a header, and every port is our own.
        ports.of(app).ports = ports.Ports(
            actor_of_request=actor_of_header,
            token_actor=lambda _session, token: person(int(token)) if token.isdigit() else None,
        )
        return app

    def count(self) -> int:
        """How many notes are stored, seen by another connection."""
        with self.database.session() as session:
            return session.scalar(select(func.count()).select_from(Note)) or 0


def person(account: int) -> Actor:
    """Somebody who has signed in."""
    return Actor(kind="person", name="Lin An", account_id=account, person_id=account, locale="en")


def actor_of_header(_session: Session, request: flask.Request) -> Actor | None:
    """Who the header names: sign-in itself belongs to identity."""
    account = request.headers.get("X-Account")
    return person(int(account)) if account else None


SIGNED_IN = {"X-Account": "1"}


def token_of(client: FlaskClient, url: str) -> str:
    """The token a page carries."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(url, headers=SIGNED_IN).text)
    assert found, "the page carries no token"
    return found[1]


def post(client: FlaskClient, url: str, data: dict[str, Any] | Sequence[Any], **more: Any) -> TestResponse:
    """Post a form as a browser does that has no script: with the token of the page that holds the form."""
    values = dict(data)
    values["csrf_token"] = token_of(client, more.pop("page", url))
    return client.post(url, data=values, headers={**SIGNED_IN, **more.pop("headers", {})}, **more)
