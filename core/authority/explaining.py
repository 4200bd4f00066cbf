"""Why something is allowed or refused, in the sentences of a page: what the list says, what else was looked at, and who
may decide instead.

The answer is the engine's own, made by the same steps; only what it passed over is kept as well. An entry is cited as
it was published: with its list, its version, its first day and what it rests on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Decision
from core.authority import wording
from core.authority.engine import ListEngine, Tried
from core.authority.held import EVERYBODY, Entry
from core.authority.lines import Words
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.rates.table import words as in_currency
from core.authority.routing import ApprovalPlan, Step, route
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.db import guard
from core.db.dated import as_of
from core.kernel.specs import ActionDef, ResourceType
from core.org.models import Person, Position, PositionVersion

_ = catalogue("authority")

_MARK = [("authority.engine", "core_person")]
#: What the engine says to whoever asks, and how it is said about somebody else.
_OF_OTHERS = {
    "NO_ENTRY": _("No entry of the lists gives it to this person."),
    "OUT_OF_SCOPE": _("It is on this person's list, but not for this one."),
    "SOD_PROXY": _("This person would decide for somebody about a request of that one's own."),
}
_TO_HIM = ("SOD_OBJECT", "SOD_HOLDS")


@dataclass(frozen=True, slots=True)
class Citation:
    """An entry as it was published: ``says`` is its sentence with scope, limit, conditions and who must agree.

    ``needs`` is how many persons' yes it takes, ``several`` says so in words where that is more than one.
    """

    code: str
    version: int
    says: str
    unit: Text | str
    effective_from: date
    basis: str
    limit: Text | str
    several: Text | str = ""
    needs: int = 1

    @property
    def sentence(self) -> Text:
        """Where it stands, what it says and what it rests on."""
        words = {
            "entry": self.code, "unit": self.unit, "version": self.version, "day": self.effective_from,
            "words": self.says,
        }
        if self.basis:
            return _("{entry} stands in the list of {unit}, version {version}, in force from {day}: {words}. It rests "
                     "on {basis}.", basis=self.basis, **words)
        return _("{entry} stands in the list of {unit}, version {version}, in force from {day}: {words}.", **words)


@dataclass(frozen=True, slots=True)
class Missed:
    """An entry that was looked at and did not decide it; ``code`` is OUT_OF_SCOPE where it speaks of other things."""

    entry: str
    version: int
    code: str
    why: Text | str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer with everything it rests on: ``narrowed`` is what a delegation leaves of the entry that is cited,
    ``plan`` whom the question goes to; None where there is nothing to say.
    """

    decision: Decision
    verdict: Text
    cited: Citation | None
    narrowed: Text | None
    missed: tuple[Missed, ...]
    plan: ApprovalPlan | None
    instead: Text | None

    def sentences(self) -> Iterator[Text | str]:
        """The answer as people read it, the reason first."""
        yield self.verdict
        if self.cited is not None:
            yield self.cited.sentence
        if self.narrowed is not None:
            yield self.narrowed
        if self.decision.compared is not None:
            yield _("Compared: {what}.", what=in_currency(self.decision.compared))
        for one in self.missed:
            yield _("Also looked at: {why}", why=one.why)
        if self.instead is not None:
            yield self.instead


def explain(
    session: Session, actor: Actor, name: str, action: ActionDef, resource: ResourceType | None, obj: object, *,
    day: date | None = None, himself: bool = True,
) -> Explanation:
    """Why an actor, called ``name``, may or may not do this to a record, or to one that is supposed.

    ``himself`` says that the answer is read by the actor; who may ask about others is the caller's to know. Without a
    record it is asked whether any entry speaks of the matter, or about the whole installation.
    """
    engine: ListEngine = session.info["authority"]
    snapshot = engine.on_day(session, day)
    tried: Tried = []
    decision = engine.answer(session, snapshot, actor, action, resource, obj, tried)
    plan = route(session, action.key, obj, day=day) if obj is not None and not decision.allowed else None
    cited = cite(session, decision.entry, decision.list_version, snapshot.day)
    missed, narrowed = [], None
    for hat, entry, said in tried:
        if said is not None and said.entry == decision.entry and (said.allowed or not decision.allowed):
            if hat is not None and hat.delegation_id is not None and entry.limit_minor is not None:
                narrowed = _("By the delegation it is {limit}.", limit=wording.item(entry))
            continue  # the reason itself
        missed.append(_missed(session, entry, said, snapshot.day, himself=himself))
    verdict = (
        _allowed(session, decision, name, action, snapshot.day) if decision.allowed
        else _("Refused for {name}: {why}", name=name, why=told(decision, himself=himself))
    )
    return Explanation(
        decision, verdict, cited, narrowed, tuple(dict.fromkeys(missed)), plan,
        decider(session, plan, snapshot.day) if plan is not None else None,
    )  # fmt: skip


def _missed(session: Session, entry: Entry, said: Decision | None, day: date, *, himself: bool) -> Missed:
    """An entry that did not decide it, and why."""
    if said is not None:
        return Missed(entry.code, entry.list_version, said.code, told(said, himself=himself))
    found = cite(session, entry.code, entry.list_version, day)
    why = _("{entry} (list version {version}) is about other places or cases: {words}.", entry=entry.code,
            version=entry.list_version, words=found.says if found is not None else entry.title)  # fmt: skip
    return Missed(entry.code, entry.list_version, "OUT_OF_SCOPE", why)


def told(decision: Decision, *, himself: bool = False) -> Text | str:
    """The reason of a refusal, as it is said to whoever was refused, or about him."""
    if himself:
        return decision.message
    if decision.code in _TO_HIM:
        return _("The answer to this person is: {message}", message=decision.message)
    return _OF_OTHERS.get(decision.code, decision.message)


def passed(step: Step) -> Text | str:
    """Why a post was passed over, said about whoever holds it."""
    if step.decision is None or step.decision.allowed:
        return step.message
    return told(step.decision)


def decider(session: Session, plan: ApprovalPlan, day: date) -> Text:
    """Who may decide, under which entry, up to how much and with how many; or that nobody may."""
    step = plan.decider
    if step is None or step.decision is None:
        return _("Nobody may decide this. The lists leave a gap here.")
    cited = cite(session, step.decision.entry, step.decision.list_version, day)
    words = {"name": step.name, "post": step.post.title, "code": step.post.code, "entry": step.decision.entry}
    most = [one for one in (cited.limit, cited.several) if str(one)] if cited is not None else []
    if not most:
        return _("{name} may decide it, as {post} ({code}), under {entry}.", **words)
    said = str(_("; ")).join(map(str, most))
    return _("{name} may decide it, as {post} ({code}), under {entry}, {limit}.", limit=said, **words)


def cite(session: Session, citation: str | None, version: int | None, day: date) -> Citation | None:
    """An entry by its citation such as ``FIN-MGR.A2`` and the version of its list; None where there is none.

    ``day`` says what posts and units are called; where several lists have the version, the one in force then is meant.
    """
    if citation is None or version is None:
        return None
    post, _dot, code = citation.rpartition(".")
    rows = session.execute(guard.mark(
        select(AuthorityEntry, PublishedList)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .outerjoin(Position, Position.id == AuthorityEntry.position_id)
        .where(AuthorityEntry.code == code, PublishedList.version == version,
               Position.code.is_(None) if post == EVERYBODY else Position.code == post)
        .order_by(PublishedList.effective_from.desc(), PublishedList.id.desc()),
        _MARK,
    )).all()  # fmt: skip
    if not rows:
        return None
    entry, source = next((row for row in rows if row[1].effective_from <= day < row[1].effective_to), rows[0])
    words = Words(session, [source.id], [entry], day, units=[source.unit_id])
    together, conditions = wording.together(entry, words.named), wording.conditions(entry, words)
    parts = [
        _("“{title}”", title=entry.title), wording.scope(entry, words.units), wording.limit(entry),
        wording.agreeing(entry), _("counted together: {what}", what=together) if str(together) else "",
        _("only where {conditions}", conditions=conditions) if conditions else "",
    ]  # fmt: skip
    says = str(_("; ")).join(str(part) for part in parts if str(part))
    return Citation(
        citation, version, says, words.unit(source.unit_id), source.effective_from, entry.basis or "",
        wording.limit(entry), wording.agreeing(entry), entry.needs_second or 1,
    )


def _allowed(session: Session, decision: Decision, name: str, action: ActionDef, day: date) -> Text:
    """Who may, as which post and for whom."""
    found = session.execute(
        select(Position.code, PositionVersion.title)
        .join(PositionVersion, PositionVersion.position_id == Position.id)
        .where(Position.id == decision.position_id, as_of(PositionVersion, day))
    ).first()
    if found is None:
        return _("Allowed for {name}: “{title}”.", name=name, title=action.title)
    words = {"name": name, "title": action.title, "post": found.title, "code": found.code}
    if decision.on_behalf_of is None:
        return _("Allowed for {name} as {post} ({code}): “{title}”.", **words)
    statement = select(Person.name).where(Person.id == decision.on_behalf_of)
    words["principal"] = session.scalar(guard.mark(statement, _MARK))
    if decision.delegation_id is not None:
        return _("Allowed for {name}, to whom {principal} delegated it as {post} ({code}): “{title}”.", **words)
    return _("Allowed for {name}, who acts as {post} ({code}) for {principal}: “{title}”.", **words)
