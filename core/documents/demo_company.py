"""Documents of the demo company: contracts of everybody but one, cards of some, a licence; two end soon, one has ended.
Of the institution: the contracts of everybody, by which those within the staffing plan and outside it are engaged.
"""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.guard import system
from core.documents.kinds import SHIPPED
from core.documents.models import Document
from core.documents.services import keeping
from core.org.models import LegalEntity, Person
from core.reports.pdf import REGULAR, register_fonts

if TYPE_CHECKING:
    from core.contracts.demo import Demo, DemoPerson

KINDS = {kind.name: kind for kind in SHIPPED}
#: Whose contract ends when, counted from the day of the story; whose has ended; who has none.
ENDING, ENDED, NONE = (("LK014", 12), ("LK021", 41)), ("LK030", -18), "LK033"
#: Who has a scan of his contract, and of his identity card.
SCANNED, CARDS = ("LK014", "LK030", "LK005"), ("LK005", "LK014")


def write(session: Session, demo: Demo) -> None:
    """Write them by the services, from the seed of the demo."""
    if demo.kind == "institution":
        _of_institution(session, demo)
        return
    actor, rng = session.info["actor"], demo.rng("documents")
    with system(session, "documents of the demo company"):
        people = {one.id: one for one in session.scalars(select(Person))}
        company = session.get_one(LegalEntity, demo.legal_entity_id)
        ends = {ENDED[0]: ENDED[1], **dict(ENDING)}
        for order, told in enumerate(demo.people.values(), start=1):
            person = people[told.person_id]
            if told.kind not in KINDS["labour_contract"].expected_of or told.number == NONE or told.left <= demo.today:
                continue
            contract = keeping.write_new(
                session, actor, KINDS["labour_contract"], person, number=f"LK-LD-{told.hired.year}-{order:03d}",
                issued_on=told.hired, expires_on=_end(demo, told, ends.get(told.number), rng.randint(1, 2)),
            )
            if told.number in SCANNED:
                _scan(session, contract, f"劳动合同-{told.name}.pdf", ["劳动合同书", f"乙方：{told.name}"])
            if told.number in CARDS and person.identity_number:
                card = keeping.write_new(
                    session, actor, KINDS["identity_card"], person, number=person.identity_number,
                    issued_on=date(2019, 5, 6), expires_on=date(2039, 5, 6),
                )
                _scan(session, card, f"身份证-{told.name}.pdf", ["居民身份证", told.name])
        licence = keeping.write_new(
            session, actor, KINDS["business_licence"], company, number=company.credit_code,
            issued_on=date(2019, 3, 1), note="正本存于行政部保险柜",
        )
        _scan(session, licence, "营业执照.pdf", ["营业执照", str(company.name)])
        session.flush()


#: Numbers of those who hold a post outside the staffing plan begin so; what engages them, and what the others.
OUTSIDE, ENGAGED = "RMW", {False: ("RM-PY", "事业单位聘用合同"), True: ("RM-LD", "编外人员劳动合同")}


def _of_institution(session: Session, demo: Demo) -> None:
    actor, rng = session.info["actor"], demo.rng("documents")
    with system(session, "documents of the demo institution"):
        people = {one.id: one for one in session.scalars(select(Person))}
        for order, told in enumerate(demo.people.values(), start=1):
            series, note = ENGAGED[told.number.startswith(OUTSIDE)]
            keeping.write_new(
                session, actor, KINDS["labour_contract"], people[told.person_id],
                number=f"{series}-{told.hired.year}-{order:03d}", issued_on=told.hired, note=note,
                expires_on=_end(demo, told, None, rng.randint(1, 2)),
            )  # fmt: skip
        session.flush()


def _end(demo: Demo, told: DemoPerson, days: int | None, terms: int) -> date | None:
    """Three years and again three years from the day of hiring, past the day of the story; or the day that is told."""
    if days is not None:
        return demo.today + timedelta(days=days)
    end = told.hired
    while end <= demo.today + timedelta(days=120):
        end = _years_after(end, 3 * terms)
    return end - timedelta(days=1)


def _years_after(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)


def _scan(session: Session, document: Document, name: str, lines: list[str]) -> None:
    keeping.add_version(session, session.info["actor"], document, drawn(lines), name=name)


def drawn(lines: list[str]) -> bytes:
    """A page with a few lines, as a scanner would send it."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    register_fonts()
    for number, line in enumerate(lines):
        canvas.setFont(REGULAR, 26 if number == 0 else 16)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 140 - 48 * number, line)
    canvas.setFont(REGULAR, 11)
    canvas.drawCentredString(A4[0] / 2, 80, "示例文件，仅用于演示")
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()
