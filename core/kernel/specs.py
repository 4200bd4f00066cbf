"""What modules register: small frozen dataclasses, each checked when the module is loaded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from sqlalchemy.exc import OperationalError

from core.base.errors import DomainError
from core.base.recurrence import parse
from core.base.text import Text, catalogue
from core.formula.types import Type

if TYPE_CHECKING:
    import click
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from core.base.actor import Actor

_ = catalogue("kernel")

API_VERSION = 1


@dataclass(frozen=True, slots=True)
class Module:
    """The manifest of a module or plugin: the object called ``module`` in its ``plugin.py``.

    ``requires`` are modules it cannot live without, ``uses`` those it asks when they are there. ``api`` is the major
    version of the ``remit`` interface it was written for.
    """

    name: str
    title: Text
    package: str
    version: str
    api: int = API_VERSION
    requires: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """The question what was used up under one entry: amounts decided in ``[since, until)``, in one currency.

    ``entry`` is the citation, such as ``FIN-MGR.A2``. ``besides`` is the object that is being decided about; what it
    was decided for before does not count.
    """

    entry: str
    currency: str
    since: datetime
    until: datetime
    besides: Any = None


@dataclass(frozen=True, slots=True)
class ActionDef:
    """Something a position may be entitled to do, ``module.noun:verb``; an authority entry names its key.

    ``resource`` is the resource type it is asked about. Without one the action is about the whole installation: only a
    scope that covers every unit of the day permits it, so ``require(session, actor, key)`` is the whole question. With
    one, that call only tells whether any entry speaks of it, and the service asks about the object. ``amount`` says
    that entries may carry a limit in money; ``no_self`` that nobody decides about himself; ``reveal`` actions open one
    masked field group and are logged.
    ``used`` answers what was used up under an entry, in minor units; only with it may entries carry a total per
    period. It is asked under a lock that is held until the commit, so two decisions never share one remainder.
    """

    key: str
    title: Text
    resource: str | None = None
    power: Literal["read", "do", "decide", "reveal"] = "do"
    amount: bool = False
    no_self: bool = False
    used: Callable[[Session, Usage], int] | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the scopes and limits of the authority list look at in one object.

    An empty tuple or None means unknown, and unknown never permits. ``gone`` says of an object without a place that
    it had one and was ended: whoever was allowed to end it did not move it out of his reach.
    """

    person_ids: tuple[int, ...] = ()
    unit_ids: tuple[int, ...] = ()
    position_ids: tuple[int, ...] = ()
    legal_entity_id: int | None = None
    amount: int | None = None
    currency: str | None = None
    creator_person_id: int | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property of a resource that entries of a list may be restricted to: ``when: {category: ads}``.

    ``column`` is the mapped attribute that holds it: minor units for money, the label for a choice, hundredths for
    days, as ``type`` says. Money names the attribute that holds its currency.
    """

    title: Text
    type: Type
    column: str
    currency: str | None = None

    def __post_init__(self) -> None:
        if (self.type.kind == "money") != (self.currency is not None):
            raise ValueError(f"{self.column}: money, and only money, names the attribute of its currency")


#: SQL form of a scope for one resource type: given the entity the statement uses (the model or an alias of it), the
#: allowed ids (a subselect or a list) and a day, the predicate "this row belongs to one of them".
Anchor = Callable[[Any, "Select[Any] | Sequence[int]", date], "ColumnElement[bool]"]


def by_column(name: str) -> Anchor:
    """The usual anchor: the row itself holds the id in column ``name``."""

    def predicate(entity: Any, ids: Select[Any] | Sequence[int], _at: date) -> ColumnElement[bool]:
        found: ColumnElement[bool] = getattr(entity, name).in_(ids)
        return found

    return predicate


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Columns of a resource that are masked until revealed under an action of their own, asked with a purpose."""

    name: str
    title: Text
    fields: tuple[str, ...]
    reveal: str


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A guarded model: which table, which facts scopes look at, and how each scope reads in SQL.

    ``anchors`` maps ``person``, ``unit``, ``position`` and ``legal_entity`` to predicates. A scope whose anchor is
    missing never matches. ``attributes`` are what the conditions of entries may name. ``read`` is the action that
    lists ask for. Where the whole of a row is revealed at once, such as the amounts of a payroll, ``holding`` finds
    the ids of the rows that hold something of a person, so that he can be told who looked.
    """

    name: str
    model: type[Any]
    facts: Callable[[Session, Any], Facts]
    anchors: Mapping[str, Anchor] = field(default_factory=dict)
    groups: tuple[FieldGroup, ...] = ()
    read: str = ""
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    holding: Callable[[Session, int], Collection[int]] | None = None


@dataclass(frozen=True, slots=True)
class SuggestedEntry:
    """An authority entry a module proposes to whoever writes the list; installing a module never grants it."""

    action: str
    scope: str
    title: Text
    limit: int | None = None
    currency: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the menu. It shows itself to whoever holds ``action`` under any scope; None means signed in.

    ``others`` keeps it from those whose list gives the action for themselves alone: a page that lists people is none
    for somebody who would stand in it by himself. ``when(session, actor)`` is for a line that no single action
    decides, such as one page over several actions.
    ``phone`` gives it a place in the bar at the bottom of a phone, 1 the first; what everybody uses every week has one.
    """

    group: Text | str
    title: Text
    endpoint: str
    icon: str
    order: int = 100
    action: str | None = None
    when: Callable[[Session, Actor], bool] | None = None
    phone: int = 0
    others: bool = False


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


#: What goes away by itself: a locked or lost database, a full disk, a network that is down, somebody who is busy.
TEMPORARY: tuple[type[Exception], ...] = (OSError, OperationalError)

URGENT, NORMAL, LATER = 10, 50, 90


@dataclass(frozen=True, slots=True)
class Job:
    """Work that outlives a request. ``run(context, arguments)`` gets a job context and JSON arguments.

    With a ``schedule`` it also starts by itself: a rule such as ``30 2 * * *`` or ``workday 3 09:00`` on the clock of
    the installation (``core.base.recurrence``), which its administrators may change. What was missed is caught up with.

    What waits is taken by ``priority``, lowest number first (``URGENT``, ``NORMAL``, ``LATER``). At most ``at_most`` of
    the kind run at the same time, in all processes together. A run that ends with one of ``again``, or whose worker
    dies, is tried ``tries`` times in all, ``wait`` later and twice as long each time after; any other exception ends
    the job, because a fault in a program does not go away. A run longer than ``time_limit`` counts as hanging: the job
    fails, and what the run still does is not committed. ``outside`` says that it mostly waits for machines of others;
    it runs in threads of its own, so that what hangs there holds up no other work.
    """

    name: str
    title: Text
    run: Callable[[Any, Mapping[str, Any]], Mapping[str, Any] | None]
    schedule: str = ""
    priority: int = NORMAL
    at_most: int | None = None
    tries: int = 3
    wait: timedelta = timedelta(seconds=10)
    again: tuple[type[Exception], ...] = TEMPORARY
    time_limit: timedelta | None = timedelta(hours=4)
    outside: bool = False

    def __post_init__(self) -> None:
        if self.schedule:
            parse(self.schedule)

    def wait_after(self, tries: int) -> timedelta:
        """How long to wait after so many tries."""
        wait: timedelta = self.wait * 2 ** (tries - 1)
        return wait


@dataclass(frozen=True, slots=True)
class Handler:
    """What a module does when something has happened: ``run(session, event)``, after the commit of what happened.

    ``on`` names the event, of whichever module; where no module brings it, nothing happens. ``run`` writes in the
    session and never commits: its writes and the mark that the event was delivered are committed together, so that
    the effect in the database is had once, however often it is tried. What leaves the database, a mail or a request,
    it asks for as a job. Events about one thing come in their order; one that fails ``tries`` times, ``wait`` later
    and twice as long each time after, holds up the others about the same thing until somebody has looked at it.

    ``wanted(session)`` is asked when the event is told; where nobody waits for it, nothing is kept for the handler.
    """

    name: str
    on: str
    run: Callable[[Session, Any], None]
    tries: int = 8
    wait: timedelta = timedelta(seconds=5)
    wanted: Callable[[Session, str], bool] | None = None

    def wait_after(self, tries: int) -> timedelta:
        """How long to wait after so many tries."""
        wait: timedelta = self.wait * 2 ** (tries - 1)
        return wait


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a notification goes to: accounts and persons by id. Persons without an account are left out."""

    accounts: Collection[int] = ()
    persons: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What a notification says: what happened, and where to look; each reader gets it in his own language.

    ``link`` is a path of this site and ``action`` the word on its button. No amounts and nothing of anybody's file:
    it is sent by mail. Parameters of the texts are plain values or texts.
    """

    subject: Text
    lines: tuple[Text, ...] = ()
    link: str = ""
    action: Text | None = None


#: Where the part of core that tells people leaves its function for the handlers of notifications.
NOTIFY = "notify"


@dataclass(frozen=True, slots=True)
class Notification:
    """A kind of thing people are told of. With ``on``, the name of an event, they are told when it happens:
    ``to(session, event)`` says whom and ``tell(session, event)`` what, or None for nothing. Without it a service calls
    ``notify`` itself.

    ``channels`` are those it goes by until the reader chooses otherwise, and ``when`` is how soon it goes by those
    that can collect: at once, or joined with others once a day or a week; not ``digestible`` always goes at once.
    ``urgent`` goes through quiet hours. ``fixed`` is the reason why nobody can switch it off. What is not read within
    ``escalate_after`` working hours also goes to whoever stands in for the reader.
    """

    name: str
    title: Text
    group: Text
    channels: tuple[str, ...] = ("app", "mail")
    when: Literal["now", "daily", "weekly"] = "now"
    urgent: bool = False
    digestible: bool = True
    fixed: Text | None = None
    escalate_after: int | None = None
    on: str = ""
    to: Callable[[Session, Any], Recipients] | None = None
    tell: Callable[[Session, Any], Message | None] | None = None

    def __post_init__(self) -> None:
        if bool(self.on) != (self.to is not None) or bool(self.on) != (self.tell is not None):
            raise ValueError(f"{self.name}: an event needs to and tell, and they need an event")

    def handler(self) -> Handler:
        """What is done when its event has happened."""

        def run(session: Session, event: Any) -> None:
            session.info[NOTIFY](session, self, event)

        def wanted(session: Session, _name: str) -> bool:
            return NOTIFY in session.info

        return Handler(f"notify.{self.name}", self.on, run, wanted=wanted)


@dataclass(frozen=True, slots=True)
class Channel:
    """A way on which people are told.

    ``address_of(addressee)`` is where somebody is reached on it, or None. ``send(house, outgoing)`` hands one message
    over; where one connection serves many, ``open(house)`` gives a context manager of a function that takes an
    outgoing message instead. Both raise ``Temporary``, ``Unreachable`` or ``Refused`` (``remit.notify``). ``missing``
    says why the channel cannot be used in this installation; None: it can. ``digests``: messages may be joined.
    """

    name: str
    title: Text
    address_of: Callable[[Any], str | None]
    send: Callable[[Any, Any], None] | None = None
    open: Callable[[Any], AbstractContextManager[Callable[[Any], None]]] | None = None
    missing: Callable[[Any], Text | None] = lambda _house: None
    digests: bool = True


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something another program has sent: ``key`` is the id it gave it, ``body`` what it posted."""

    key: str
    kind: str
    endpoint_id: int
    body: bytes
    content_type: str
    received_at: datetime

    def json(self) -> Any:
        """The body read as JSON. Raises ``DomainError`` for what is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise DomainError("webhook.json", _("What was sent is not JSON.")) from None


@dataclass(frozen=True, slots=True)
class IncomingWebhook:
    """Something a module takes from other programs: ``handle(session, incoming)``, once for each delivery.

    An administrator makes an address with a secret for it. What comes is believed by the Standard Webhooks scheme
    (``verify="standard"``), or by an HMAC-SHA256 of the body in a header of its own (``"hmac"``: ``header`` names it,
    ``id_header`` the one that holds the id; without one the same body counts as the same delivery). ``handle`` writes
    in the session and never commits: its writes and the mark that it is done are one commit. What fails is tried again
    over some twenty minutes; a ``DomainError`` ends it at once with its sentence.
    """

    name: str
    title: Text
    handle: Callable[[Session, Incoming], None]
    verify: Literal["standard", "hmac"] = "standard"
    header: str = ""
    id_header: str = ""

    def __post_init__(self) -> None:
        if (self.verify == "hmac") != bool(self.header):
            raise ValueError(f"{self.name}: the hmac scheme, and only it, names the header of the signature")


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


@dataclass(frozen=True, slots=True)
class Upload:
    """What a ``check_upload`` hook is shown: what was uploaded, and its content as a stream to read from anywhere."""

    name: str
    kind: str
    content_type: str
    size: int
    digest: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document that is kept on something: identity cards of people, licences of companies.

    ``entity`` is what it is kept on. The number of a ``personal`` kind is shown masked; ``check(number)`` raises
    ``DomainError`` for a number that cannot be, ``normal`` gives the form in which two writings of one number are
    equal. Where it ``expires``, ``remind`` are the days beforehand on which it is told. ``expected_of`` are the kinds
    of employment (``regular``) whose people must have one. ``keep_years`` after the person has left, or after the
    document of something else has expired, it is deleted; None keeps it. ``read`` and ``write`` name other actions of
    the resource ``document`` than the usual ones, for what fewer people may see.
    """

    name: str
    title: Text
    entity: Literal["person", "employment", "position", "unit", "legal_entity"] = "person"
    personal: bool = True
    check: Callable[[str], None] | None = None
    normal: Callable[[str], str] | None = None
    number_hint: Text | str = ""
    expires: bool = False
    remind: tuple[int, ...] = (60, 30, 7)
    expected_of: tuple[str, ...] = ()
    keep_years: int | None = 2
    read: str = "documents.document:read"
    write: str = "documents.document:change"
    order: int = 100


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A command for ``remit``. ``group`` is the word before it (``import``, ``payroll``), empty for the top level."""

    group: str
    command: click.Command


@dataclass(frozen=True, slots=True)
class Change:
    """What a ``check_change`` hook is shown: the action, the object and the values that are about to be written."""

    action: str
    subject: Any
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NumberKind:
    """A kind of document that is numbered: ``pattern`` such as ``{entity}-L-{year}-{number:04}``.

    ``{entity}`` is the code of the company, ``{year}`` the year of the day of issue, ``{number:04}`` the number with at
    least four digits. Numbers run by company where the pattern names it, and begin at 1 each year where it names that.
    """

    name: str
    title: Text
    pattern: str


@dataclass(frozen=True, slots=True)
class NumberAsk:
    """The question which number a document gets: its kind, the company that issues it and the day."""

    kind: str
    legal_entity_id: int
    day: date


#: How the value of a field is given and written: text of people or in two languages; a day; a month; minor units.
LetterType = Literal["text", "day", "month", "money", "count"]


@dataclass(frozen=True, slots=True)
class LetterField:
    """Something a letter can say, ``{person.name}`` in its text. ``sample`` is what a preview shows instead of anybody.

    ``group`` names the masked group it belongs to. Money also offers its amount in Chinese words, ``{x.words}``.
    """

    name: str
    title: Text
    type: LetterType = "text"
    sample: Any = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """Fields of a letter that are masked elsewhere, such as amounts of pay.

    ``open(session, actor, employment, purpose)`` insists that the actor may see them and keeps on record that he does;
    it raises ``Denied``. ``values(session, actor, employment, day)`` then gives them. A letter that uses none of them
    asks neither.
    """

    name: str
    title: Text
    open: Callable[[Session, Actor, Any, str], None]
    values: Callable[[Session, Actor, Any, date], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letter that is issued about an employment, from a template that the company may change.

    ``action`` is who may issue it, asked about the employment; ``number`` the kind of number it gets. ``template`` is
    the text the module brings along, a YAML file. ``values(session, actor, employment, day)`` gives the fields without
    a group by name; raises ``DomainError`` where such a letter would not be true. ``keep_days`` is how long its PDF is
    kept.
    """

    name: str
    title: Text
    action: str
    number: str
    template: Path
    fields: tuple[LetterField, ...]
    values: Callable[[Session, Actor, Any, date], Mapping[str, Any]]
    groups: tuple[LetterGroup, ...] = ()
    keep_days: int | None = 3650
