"""The facts of leads as formulas and decision tables name them, for many leads at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.models import Channel, Choice, Lead
from plugins.crm.text import CHANNEL_KINDS, _
from remit.base import DomainError
from remit.formula import BOOL, COUNT, Input, Scope, enum
from remit.services import system
from remit.text import Text, Translation

#: What stands where a lead does not say: the first label of every choice.
UNKNOWN = "unknown"
#: A company with more people than this is told as having so many.
MOST_STAFF = 10_000_000
#: How far a lead has come by the standard, in its order.
LEVELS = ("none", "marketing", "sales")
#: The facts that every lead has, by the name that formulas use.
FACTS: Mapping[str, Text] = {
    "staff": _("Employees"), "industry": _("Industry"), "region": _("Region"), "product": _("Product"),
    "channel": _("Channel"), "channel_kind": _("Kind of channel"), "level": _("Qualified as"),
}  # fmt: skip
_NO = frozenset({"", "0", "no", "n", "false", "none", "否", "无", "没有"})

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a lead answers on its way in: ``kind`` is ``yes`` for yes or no, ``number`` for a whole number."""

    name: str
    title: Translation
    kind: str = "yes"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a company on this day: codes of choices by kind, channels by id as code and kind, titles by code."""

    labels: Mapping[str, tuple[str, ...]]
    channels: Mapping[int, tuple[str, str]]
    titles: Mapping[str, Mapping[str, Translation | Text]]

    def title(self, fact: str, code: str) -> Text | str:
        """What a code of a fact is called, itself where nobody has named it."""
        if code == UNKNOWN:
            return _("not told")
        found = self.titles.get(fact, {}).get(code, code)
        return found if isinstance(found, Text | str) else str(found)

    @property
    def mark(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What compiled formulas depend on."""
        return tuple(sorted(self.labels.items()))


def vocabulary(session: Session) -> Vocabulary:
    """The words of today and of earlier days, in two statements; what is no longer used still names old leads."""
    labels: dict[str, list[str]] = {kind: [UNKNOWN] for kind in ("industry", "region", "product", "channel")}
    titles: dict[str, dict[str, Translation | Text]] = {kind: {} for kind in labels}
    with system(session, "the words that rules about leads are written in"):
        choices = session.execute(
            select(Choice.kind, Choice.code, Choice.title).where(Choice.kind.in_(list(labels))).order_by(
                Choice.kind, Choice.order, Choice.id
            )
        ).all()  # fmt: skip
        channels = session.execute(
            select(Channel.id, Channel.code, Channel.kind, Channel.title).order_by(Channel.id)
        ).all()
    for kind, code, title in choices:
        labels[kind].append(code)
        titles[kind][code] = title
    for row in channels:
        labels["channel"].append(row.code)
        titles["channel"][row.code] = row.title
    titles["channel_kind"] = dict(CHANNEL_KINDS)
    titles["level"] = {"none": _("not yet"), "marketing": _("Marketing qualified"), "sales": _("Sales qualified")}
    every = {kind: tuple(dict.fromkeys(codes)) for kind, codes in labels.items()}
    every["channel_kind"] = (UNKNOWN, *CHANNEL_KINDS)
    every["level"] = LEVELS
    return Vocabulary(every, {row.id: (row.code, row.kind) for row in channels}, titles)


def scope(words: Vocabulary, questions: Sequence[Question] = (), *, level: bool = True) -> Scope:
    """What formulas may name. Raises ``DomainError`` where a question has the name of a fact, or none that can be one.

    A fact that a lead does not tell is 0, false or ``unknown``, so that a criterion about it is not met.
    """
    inputs: dict[str, Input] = {"staff": Input(COUNT, 0, MOST_STAFF, 0, FACTS["staff"])}
    for name, labels in words.labels.items():
        if name != "level" or level:
            inputs[name] = Input(enum(*labels), default=0, source=FACTS[name])
    for one in questions:
        if one.name in inputs or one.name in FACTS:
            raise DomainError("crm.question", _("There is a fact {name} already; choose another name.", name=one.name))
        kind = BOOL if one.kind == "yes" else COUNT
        inputs[one.name] = Input(kind, 0, 1 if one.kind == "yes" else 10_000_000, 0, str(one.title))
    try:
        return Scope(inputs)
    except ValueError:
        raise DomainError("crm.question", _(
            "A question needs a short name of letters, digits and low lines, as in white_paper."
        )) from None  # fmt: skip


def columns(
    words: Vocabulary, leads: Sequence[Lead], questions: Sequence[Question] = ()
) -> Columns:
    """The facts of many leads, a column for each, without asking the database."""
    places = {name: {code: place for place, code in enumerate(labels)} for name, labels in words.labels.items()}
    found: dict[str, list[int]] = {
        "staff": [min(one.staff or 0, MOST_STAFF) for one in leads],
        "level": [level_of(one) for one in leads],
        "channel": [places["channel"].get(_channel(words, one)[0], 0) for one in leads],
        "channel_kind": [places["channel_kind"].get(_channel(words, one)[1], 0) for one in leads],
    }
    for name in ("industry", "region", "product"):
        found[name] = [places[name].get(getattr(one, name), 0) for one in leads]
    for asked in questions:
        found[asked.name] = [answer(asked, (one.answers or {}).get(asked.name)) for one in leads]
    return {name: np.array(values, dtype=np.int64) for name, values in found.items()}


def _channel(words: Vocabulary, lead: Lead) -> tuple[str, str]:
    return words.channels.get(lead.channel_id, (UNKNOWN, UNKNOWN))


def level_of(lead: Lead) -> int:
    """How far a lead has come: its place in ``LEVELS``."""
    return 2 if lead.sales_at is not None else 1 if lead.marketing_at is not None else 0


def answer(asked: Question, said: Any) -> int:
    """What was answered, as formulas count: 0 where nothing was, or nothing that can be understood."""
    if asked.kind == "yes":
        return int(said.strip().lower() not in _NO) if isinstance(said, str) else int(bool(said))
    try:
        return max(0, min(int(said), 10_000_000))
    except (TypeError, ValueError):
        return 0
