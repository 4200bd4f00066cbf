"""Building a demo: organisation, people, lists and accounts, then every module's part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import document, publish
from core.authority.acting import acting
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.period import FOREVER
from core.base.text import catalogue
from core.contracts.demo import Demo, DemoPerson
from core.demo import centre, telling
from core.demo.story import LINGKE, SEED
from core.demo.telling import Story
from core.identity import services as identity
from core.kernel.house import give
from core.letters import issuing, register, templates
from core.org.models import (
    Assignment,
    Employment,
    EmploymentTerms,
    LegalEntity,
    Person,
    Position,
    Unit,
)
from core.org.services import employment_by_number, structure
from core.personnel.services import drafting
from core.workflow import tasks

if TYPE_CHECKING:
    from core.kernel.house import House

_ = catalogue("demo")

Report = Callable[[int, int, str], None]
STEPS = 6
#: By what `remit demo build --kind` calls them.
STORIES = {one.kind: one for one in (LINGKE, centre.CENTRE)}


def exists(house: House) -> bool:
    """Whether the installation holds a company already."""
    with house.session(Actor.system("demo: look")) as session:
        return session.scalar(select(LegalEntity.id).limit(1)) is not None


def refuse_second(house: House) -> None:
    """Raise ``DomainError`` when there is a company already: the demo never mixes with real data."""
    if exists(house):
        raise DomainError("demo.exists", _("There is a company in this installation already."))


def told_in(session: Session) -> Story | None:
    """The story an installation was built from, by the companies there are; None where it is no demo."""
    codes = set(session.scalars(select(LegalEntity.code)))
    return next((one for one in STORIES.values() if one.table("units")[0]["code"] in codes), None)


def build(house: House, report: Report, story: Story = LINGKE) -> None:
    """Build the company or institution of a story in one transaction; an interrupted build leaves nothing behind.

    Raises ``DomainError`` when there is a company already.
    """
    refuse_second(house)
    actor = Actor.system(str(_("The demo company is built")))
    with house.session(actor, write=True) as session:
        report(0, STEPS, str(_("Organisation")))
        units, positions = write_structure(session, actor, story)
        report(1, STEPS, str(_("People")))
        people = write_people(session, story, units, positions)
        report(2, STEPS, str(_("Accounts")))
        actors = write_accounts(session, actor, story, people)
        report(3, STEPS, str(_("Duty and authority lists")))
        write_lists(session, actor, story, actors[story.keeper])
        demo = Demo(
            kind=story.kind, today=story.today,
            legal_entity_id=session.scalars(select(LegalEntity.id)).one(),
            people=people, closed=tuple(story.closed), open=story.open, actors=actors, seed=SEED, report=report,
        )
        report(4, STEPS, str(_("What the modules add")))
        give(session, "give_demo", demo=demo, strict=True)
        write_letters(session, story, demo)
        write_changes(session, story, demo)
        report(5, STEPS, str(_("Writing")))
    report(STEPS, STEPS, str(_("Ready")))


def write_structure(session: Session, actor: Actor, story: Story) -> tuple[dict[str, Unit], dict[str, Position]]:
    """Legal entity, units and positions, as they have been since the company was founded."""
    root = story.table("units")[0]
    entity = structure.create_legal_entity(
        session, actor, code=root["code"], name=titles(root), credit_code=root["credit_code"]
    )
    units: dict[str, Unit] = {}
    for row in story.table("units"):
        units[row["code"]] = structure.create_unit(
            session, actor, code=row["code"], title=titles(row), valid_from=story.founded,
            parent=units.get(row["parent"]), legal_entity=entity, kind=row["kind"],
            mission={"zh_CN": row["mission_zh"], "en": row["mission_en"]}, order=int(row["order"]),
            is_withholding_agent=row["agent"] == "yes", credit_code=row["credit_code"] or None,
            contribution_place=row["place"] or None,
        )
    positions: dict[str, Position] = {}
    for row in story.table("positions"):
        wanted = {"zh_CN": row["requirements_zh"], "en": row["requirements_en"]}
        positions[row["code"]] = structure.create_position(
            session, actor, code=row["code"], unit=units[row["unit"]], title=titles(row), valid_from=story.founded,
            reports_to=positions.get(row["reports_to"]), grade=row["grade"] or None, headcount=int(row["headcount"]),
            is_head=row["head"] == "yes", order=int(row["order"]), requirements=wanted if wanted["zh_CN"] else None,
        )
    return units, positions


def titles(row: dict[str, str]) -> dict[str, str]:
    """The title of a row in both languages."""
    return {"zh_CN": row["title_zh"], "en": row["title_en"]}


def write_people(
    session: Session, story: Story, units: dict[str, Unit], positions: dict[str, Position]
) -> dict[str, DemoPerson]:
    """Everybody who works there or has left, and who acts for a position."""
    entity_id = session.scalars(select(LegalEntity.id)).one()
    home = {row["code"]: row["unit"] for row in story.table("positions")}
    found: dict[str, DemoPerson] = {}
    for order, row in enumerate(story.table("people"), start=1):
        hired, left = date.fromisoformat(row["hired"]), _end(row["left"])
        agent, place, _region = story.places[row["place"]]
        person = _person(story, row, order)
        session.add(person)
        session.flush()
        employment = Employment(number=row["number"], person_id=person.id, hired_on=hired, left_on=left)
        session.add(employment)
        session.flush()
        session.add_all([
            EmploymentTerms(
                employment_id=employment.id, valid_from=hired, valid_to=left, kind=row["kind"],
                legal_entity_id=entity_id, withholding_agent_id=units[agent].id, contribution_place=place,
            ),
            Assignment(
                employment_id=employment.id, person_id=person.id, position_id=positions[row["position"]].id,
                valid_from=hired, valid_to=left,
            ),
        ])
        found[row["number"]] = DemoPerson(
            row["number"], row["name"], person.id, employment.id, row["position"], home[row["position"]], place or "",
            int(row["salary"]) * 100, row["kind"], hired, left, row["note"],
        )
    for number, code, since in story.acting:
        session.add(Assignment(
            employment_id=found[number].employment_id, person_id=found[number].person_id,
            position_id=positions[code].id, kind="acting", fte=0, is_primary=False, valid_from=since,
        ))  # fmt: skip
    session.flush()
    return found


def write_lists(session: Session, product: Actor, story: Story, keeper: Actor) -> None:
    """The list of whoever keeps the lists and that of everybody come with the installation, since by both she may more;
    she publishes the others herself.
    """
    institution = story is centre.CENTRE
    drafts = centre.drafts(session) if institution else {
        path.stem: document.parse(path.read_text(encoding="utf-8"), source=path.name) for path in story.lists()
    }
    for name in story.from_product:
        publish.publish(session, product, drafts.pop(name))
    with acting(session, keeper):
        for draft in drafts.values():
            publish.publish(session, keeper, draft)
        if institution:
            centre.import_plan(session, keeper)


def write_letters(session: Session, story: Story, demo: Demo) -> None:
    """A few letters: one somebody had for himself, some that personnel issued, one of them revoked."""
    for login, number, language, purpose, addressee in story.letters:
        actor = demo.actors[login]
        with acting(session, actor):
            employment = employment_by_number(session, actor, number)
            kind = templates.kind_of(session, "letters.employment")
            letter = issuing.issue(session, actor, employment, kind, issuing.Request(language, purpose, addressee))
            if number == story.revoked[0]:
                register.revoke(session, actor, letter, story.revoked[1])


def write_changes(session: Session, story: Story, demo: Demo) -> None:
    """Personnel changes: one that was approved, one that waits for whoever decides it."""
    for login, kind, values, decider in story.changes:
        with acting(session, demo.actors[login]):
            change = drafting.draft(session, demo.actors[login], kind, None, values)
            run = drafting.submit(session, demo.actors[login], change)
        for task in tasks.open_tasks(session, run) if decider else ():
            with acting(session, demo.actors[decider]):
                tasks.answer(session, demo.actors[decider], task.id, "approved", seen=task.digest)


def _end(last_day: str) -> date:
    return date.fromisoformat(last_day) + timedelta(days=1) if last_day else FOREVER


def _person(story: Story, row: dict[str, str], order: int) -> Person:
    from pypinyin import Style, lazy_pinyin  # a large table, read only when the company is built

    number = story.identity_number(row, order)
    return Person(
        name=row["name"], sort_key=" ".join(lazy_pinyin(row["name_en"])).lower(),
        initials="".join(lazy_pinyin(row["name"], style=Style.FIRST_LETTER)), sex=row["sex"],
        born_on=date.fromisoformat(row["born"]), identity_kind="resident_id", identity_number=number,
        identity_index=number, phone=telling.phone(order),
        email=f"{row['name_en'].replace(' ', '').lower()}@{story.mail}",
        bank_name=story.banks[order % len(story.banks)], bank_account=telling.bank_account(order),
    )


def write_accounts(
    session: Session, actor: Actor, story: Story, people: dict[str, DemoPerson]
) -> dict[str, Actor]:
    """An account for each role of the story; returns the actors by login."""
    made = {}
    for account in story.accounts:
        person = people[account.number]
        row = identity.create_account(
            session, actor, login=account.login, name=person.name, password=account.password,
            person_id=person.person_id,
        )
        made[account.login] = identity.actor_of(row)
    return made
