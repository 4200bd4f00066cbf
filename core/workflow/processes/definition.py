"""What a process is, read from data: steps in their order, each with whom it asks and when it is taken.

    title: {en: Seal use, zh_CN: 用印申请}
    steps:
      - {key: superior, type: decide, by: {relation: superior}, when: "copies > 5", within: {days: 2, then: pass}}
      - {key: heads, type: review, by: [{action: "personnel.change:release"}, {action: "personnel.change:receive"}]}
      - {key: seal, type: decide}

A step without ``by`` asks whoever the lists name for the action of the kind. Steps are taken in their order; ``next``
names another that follows, ``otherwise`` the one that is taken where ``when`` does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from core.base.errors import DomainError
from core.base.text import LOCALES, Text, catalogue, listed
from core.db.types import Translation
from core.workflow.processes.triggers import Trigger, read_trigger

_ = catalogue("workflow")

StepType = Literal["decide", "review", "notify", "set", "tag", "assign", "wait", "webhook", "subprocess"]
TYPES: tuple[StepType, ...] = get_args(StepType)
#: Types that ask people, and hold the run until they have answered.
HUMAN = frozenset({"decide", "review", "assign"})
#: Types that are done in the same moment.
AT_ONCE = frozenset({"notify", "set", "tag"})
#: What simple requests are about, for the conditions of authority lists.
CATEGORIES = ("seal", "trip", "purchase", "certificate", "asset", "profile", "other")
RELATIONS = ("superior", "unit_head", "owner", "hr_partner")
#: What the definition may let a decider do besides approving and refusing.
#: What a step that sets something may set it as.
SET_KINDS = ("count", "money", "days", "minutes", "rate", "bool")
ALLOWED = ("return", "transfer", "add", "batch")
ALWAYS = frozenset({"return", "transfer", "add"})
END = "end"

MOST_STEPS = 40
#: A step asks at most so many, and gives at most so many working days.
MOST_ASKED = 20
MOST_DAYS = 366
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORDS = frozenset({"title", "steps", "distinct", "owner", "form", "category", "trigger"})
_WORDS_OF_STEP = frozenset({
    "key", "type", "title", "when", "by", "need", "order", "distinct", "within", "next", "otherwise", "allow", "to",
    "value", "field", "as", "tag", "until", "days", "process", "task", "reply",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """Whom a step asks: ``kind`` is action, person, position, relation or body, ``value`` which one.

    An action may be ``about`` the requester instead of the record. A relation reaches ``level`` posts up. A body are
    the holders of ``members``, codes of posts, of whom ``quorum`` must agree.
    """

    kind: Literal["action", "person", "position", "relation", "body"]
    value: str = ""
    about: Literal["record", "requester"] = "record"
    level: int = 1
    members: tuple[str, ...] = ()
    quorum: int = 0

    def source(self) -> dict[str, Any]:
        """As a definition writes it, and as a task keeps it."""
        if self.kind == "body":
            return {"body": list(self.members), "quorum": self.quorum}
        value: Any = int(self.value) if self.kind == "person" else self.value
        more: dict[str, Any] = {"level": self.level} if self.level != 1 else {}
        return {self.kind: value, **more, **({"about": self.about} if self.about != "record" else {})}


@dataclass(frozen=True, slots=True)
class Deadline:
    """Working days of whoever is asked; ``remind`` so many before the end, and ``then`` he is told again together with
    the next above him (``tell``), or the question passes on to that one (``pass``).
    """

    days: int
    remind: int = 0
    then: Literal["tell", "pass"] = "tell"


@dataclass(frozen=True, slots=True, eq=False)
class StepDef:
    """One step. ``need`` is how many of those asked must agree, 0 for all of them; ``in_turn``: one after another."""

    key: str
    type: StepType
    title: Translation
    when: str = ""
    by: tuple[Ask, ...] = ()
    need: int = 0
    in_turn: bool = False
    within: Deadline | None = None
    next: str = ""
    otherwise: str = ""
    allow: frozenset[str] = ALWAYS
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def human(self) -> bool:
        """Whether it asks people."""
        return self.type in HUMAN

    @property
    def asked(self) -> tuple[Ask, ...]:
        """Whom it asks, one by one: a body is asked as its members, the lists where nobody is named."""
        if not self.by:
            return (Ask("action"),)
        found: list[Ask] = []
        for one in self.by:
            found.extend([Ask("position", code) for code in one.members] if one.kind == "body" else [one])
        return tuple(found)

    @property
    def needed(self) -> int:
        """How many yeses it takes, 0 for all that are asked."""
        bodies = [one for one in self.by if one.kind == "body"]
        return bodies[0].quorum if bodies else self.need


@dataclass(frozen=True, slots=True)
class Definition:
    """A process. ``distinct``: nobody decides two of its steps. ``owner`` is the code of the post that looks after it.
    ``form`` are the fields of a simple request, as ``fields`` reads them, and ``category`` what it is about;
    ``trigger`` starts one without anybody who hands it in.
    """

    title: Translation
    steps: tuple[StepDef, ...]
    distinct: bool = False
    owner: str = ""
    form: tuple[Mapping[str, Any], ...] = ()
    category: str = "other"
    trigger: Trigger | None = None

    def step(self, key: str) -> StepDef | None:
        """A step by its key."""
        return next((one for one in self.steps if one.key == key), None)

    def after(self, step: StepDef | None) -> StepDef | None:
        """The step that follows one that was taken; the first one after none. None at the end."""
        if step is None:
            return self.steps[0]
        return self._named(step, step.next)

    def instead(self, step: StepDef) -> StepDef | None:
        """The step that follows one whose condition does not hold."""
        return self._named(step, step.otherwise)

    def _named(self, step: StepDef, key: str) -> StepDef | None:
        if key == END:
            return None
        if key:
            return self.step(key)
        where = self.steps.index(step) + 1
        return self.steps[where] if where < len(self.steps) else None


def plain(title: Mapping[str, str]) -> dict[str, Any]:
    """The definition of a kind that says nothing else: whoever the lists name decides it."""
    return {"title": dict(title), "steps": [{"key": "decide", "type": "decide", "title": {}}]}


def is_key(text: str) -> bool:
    """Whether a text can be the key of a step or the code of a form: a short word of small Latin letters."""
    return _KEY.fullmatch(text) is not None


def read(source: Any) -> Definition:
    """A definition from data. Raises ``DomainError`` with the place (``steps.2.by``) for what is none."""
    data = _mapping(source, "", _WORDS)
    steps = data.get("steps")
    if not isinstance(steps, list) or not steps:
        raise _wrong("steps", _("A process has at least one step."))
    if len(steps) > MOST_STEPS:
        raise _wrong("steps", _("A process has at most {most} steps.", most=MOST_STEPS))
    found = tuple(_step(one, f"steps.{number}") for number, one in enumerate(steps, 1))
    keys = [one.key for one in found]
    for number, one in enumerate(found, 1):
        if keys.index(one.key) != number - 1:
            raise _wrong(f"steps.{number}.key", _("Two steps are called {key}.", key=one.key))
        for name in ("next", "otherwise"):
            to = getattr(one, name)
            if to and to != END and to not in keys:
                raise _wrong(f"steps.{number}.{name}", _("There is no step {key}.", key=to))
    form = data.get("form") or []
    if not isinstance(form, list) or not all(isinstance(one, Mapping) for one in form):
        raise _wrong("form", _("The fields of a form are a list."))
    category = data.get("category") or "other"
    if category not in CATEGORIES:
        raise _wrong("category", _("A category is one of {words}.", words=listed(CATEGORIES)))
    return Definition(
        _title(data.get("title"), "title"), found, _flag(data.get("distinct"), "distinct"),
        _word(data.get("owner") or "", "owner"), tuple(form), category, read_trigger(data.get("trigger")),
    )


def _step(source: Any, place: str) -> StepDef:
    data = _mapping(source, place, _WORDS_OF_STEP)
    key = data.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key) or key == END:
        raise _wrong(f"{place}.key", _("The key of a step is a short word of small Latin letters, such as superior."))
    type_ = data.get("type", "decide")
    if type_ not in TYPES:
        raise _wrong(f"{place}.type", _("A step is one of {types}.", types=listed(TYPES)))
    by = _asked(data.get("by"), f"{place}.by")
    if type_ == "decide" and len(by) > 1:
        raise _wrong(f"{place}.by", _("One decides; where several are asked, the step is a review."))
    if type_ == "review" and not by:
        raise _wrong(f"{place}.by", _("A review names whom it asks."))
    if type_ in ("notify", "assign") and not (by or data.get("to")):
        raise _wrong(f"{place}.to", _("Name whom it goes to."))
    allow = data.get("allow")
    if allow is not None and (not isinstance(allow, list) or not set(allow) <= set(ALLOWED)):
        raise _wrong(f"{place}.allow", _("Allowed can be: {words}.", words=listed(ALLOWED)))
    if type_ in ("notify", "assign") and not by:
        by = _asked(data.get("to"), f"{place}.to")
    order = data.get("order", "together")
    if order not in ("together", "in_turn"):
        raise _wrong(f"{place}.order", _("Those asked are asked together or in_turn."))
    return StepDef(
        key, type_, _title(data.get("title") or {}, f"{place}.title"), _word(data.get("when") or "", f"{place}.when"),
        by, _need(data.get("need", "all"), by, f"{place}.need"), order == "in_turn",
        _deadline(data.get("within"), f"{place}.within"), _word(data.get("next") or "", f"{place}.next"),
        _word(data.get("otherwise") or "", f"{place}.otherwise"),
        ALWAYS if allow is None else frozenset(allow), _detail(type_, data, place),
    )  # fmt: skip


def _detail(type_: str, data: Mapping[str, Any], place: str) -> dict[str, Any]:
    """What belongs to one type of step alone."""
    if type_ == "set":
        kind = data.get("as", "count")
        if kind not in SET_KINDS:
            raise _wrong(f"{place}.as", _("What is set is one of {kinds}.", kinds=listed(SET_KINDS)))
        name = _word(data.get("field"), f"{place}.field", needed=True)
        if not _KEY.fullmatch(name):
            raise _wrong(f"{place}.field", _("The name of a field is a short word of small Latin letters, such as "
                                             "copies."))  # fmt: skip
        return {"field": name, "value": _word(data.get("value"), f"{place}.value", needed=True), "as": kind}
    if type_ == "tag":
        return {"tag": _word(data.get("tag"), f"{place}.tag", needed=True)}
    if type_ == "wait":
        if (data.get("until") is None) == (data.get("days") is None):
            raise _wrong(f"{place}.until", _("A step that waits says until which date of the record, or how many "
                                             "working days."))  # fmt: skip
        if data.get("until") is not None:
            return {"until": _word(data["until"], f"{place}.until", needed=True)}
        return {"days": _number(data["days"], f"{place}.days", 1, MOST_DAYS)}
    if type_ == "webhook":
        return {"reply": _flag(data.get("reply"), f"{place}.reply")}
    if type_ == "subprocess":
        return {"process": _word(data.get("process"), f"{place}.process", needed=True)}
    if type_ == "assign":
        return {"task": dict(_title(data.get("task") or {}, f"{place}.task"))}
    return {}


def _asked(source: Any, place: str) -> tuple[Ask, ...]:
    if source is None:
        return ()
    many = source if isinstance(source, list) else [source]
    if not 1 <= len(many) <= MOST_ASKED:
        raise _wrong(place, _("A step asks at least one and at most {most}.", most=MOST_ASKED))
    found = tuple(read_ask(one, place) for one in many)
    if any(one.kind == "body" for one in found) and len(found) > 1:
        raise _wrong(place, _("A body is asked by a step of its own."))
    return found


def read_ask(source: Any, place: str = "by") -> Ask:
    """Whom a step asks, from data. Raises ``DomainError`` with the place."""
    data = _mapping(source, place, {"action", "about", "person", "position", "relation", "level", "body", "quorum"})
    kinds = [name for name in ("action", "person", "position", "relation", "body") if name in data]
    if len(kinds) != 1:
        raise _wrong(place, _("Name an action, a person, a position, a relation or a body, one of them."))
    value = data[kinds[0]]
    if kinds[0] == "body":
        if not isinstance(value, list) or not value or len(value) > MOST_ASKED:
            raise _wrong(place, _("A body names the posts of its members."))
        members = tuple(_word(one, place, needed=True) for one in value)
        if len(set(members)) != len(members):
            raise _wrong(place, _("A body names each post once."))
        return Ask("body", members=members, quorum=_number(data.get("quorum"), f"{place}.quorum", 1, len(members)))
    if kinds[0] == "person":
        return Ask("person", str(_number(value, place, 1, 2**63 - 1)))
    if kinds[0] == "relation":
        if value not in RELATIONS:
            raise _wrong(place, _("A relation is one of {words}.", words=listed(RELATIONS)))
        return Ask("relation", value, level=_number(data.get("level", 1), f"{place}.level", 1, 10))
    about = data.get("about", "record")
    if about not in ("record", "requester"):
        raise _wrong(f"{place}.about", _("An action is about the record or about the requester."))
    if kinds[0] == "position":
        return Ask("position", _word(value, place, needed=True))
    return Ask("action", _word(value or "", place), about=about)


def _deadline(source: Any, place: str) -> Deadline | None:
    if source is None:
        return None
    data = _mapping(source, place, {"days", "remind", "then"})
    days = _number(data.get("days"), f"{place}.days", 1, MOST_DAYS)
    remind = _number(data.get("remind", 0), f"{place}.remind", 0, days)
    then = data.get("then", "tell")
    if then not in ("tell", "pass"):
        raise _wrong(f"{place}.then", _("When its time is over, a step can tell or pass."))
    return Deadline(days, remind, then)


def _need(source: Any, by: Sequence[Ask], place: str) -> int:
    if source == "all":
        return 0
    if source == "any":
        return 1
    return _number(source, place, 1, max(1, len(by)))


def _title(source: Any, place: str) -> Translation:
    if isinstance(source, str):
        source = {LOCALES[0]: source}
    data = _mapping(source or {}, place, set(LOCALES))
    if not all(isinstance(text, str) and len(text) <= 200 for text in data.values()):
        raise _wrong(place, _("A title is a short text for each language."))
    return Translation({locale: text.strip() for locale, text in data.items() if text.strip()})


def _mapping(source: Any, place: str, words: frozenset[str] | set[str]) -> Mapping[str, Any]:
    if not isinstance(source, Mapping):
        raise _wrong(place, _("This must be a set of named values."))
    unknown = sorted(str(name) for name in source if name not in words)
    if unknown:
        raise _wrong(f"{place}.{unknown[0]}".lstrip("."), _("There is nothing called {name} here.", name=unknown[0]))
    return source


def _word(source: Any, place: str, *, needed: bool = False) -> str:
    if not isinstance(source, str) or len(source) > 1000 or (needed and not source.strip()):
        raise _wrong(place, _("This must be text."))
    return source.strip()


def _number(source: Any, place: str, low: int, high: int) -> int:
    if isinstance(source, bool) or not isinstance(source, int) or not low <= source <= high:
        raise _wrong(place, _("This must be a whole number between {low} and {high}.", low=low, high=high))
    return source


def _flag(source: Any, place: str) -> bool:
    if source is not None and not isinstance(source, bool):
        raise _wrong(place, _("This must be yes or no."))
    return bool(source)


def _wrong(place: str, message: Text) -> DomainError:
    return DomainError("process.definition", message, place or None)
