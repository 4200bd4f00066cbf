"""An app around the small company, in which a header says who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask.testing import FlaskClient

from core.app import create_app
from core.authority.document import EntryDraft, ListDraft
from core.authority.publish import publish
from core.base.actor import Actor
from core.db.types import Translation
from core.kernel.house import House
from core.org import services as org
from core.org.models import Employment
from core.web import ports
from tests.core.org.company import START, SYSTEM, build

TITLE = Translation(zh_CN="查看", en="See")
READ, CHART, REVEAL = "person.record:read", "org.chart:read", "person.identity:reveal"
LISTS, LOG = "authority.list:read", "audit.log:read"
#: Who holds which post; the scope of his entry to see people.
PEOPLE = {"ceo": ("CEO", "company"), "md": ("MKT-D", "subtree"), "acq": ("ACQ-H", "unit"), "ads": ("ADS", "self"),
          "sal": ("SAL-D", None), "rep": ("BJ-R", None)}


@dataclass
class Desk:
    """The app, and the people by name."""

    house: House
    client: FlaskClient
    people: dict[str, Employment] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        person = self.people[name].person_id
        return Actor(kind="person", name=name, account_id=person, person_id=person, locale="en")


def opened(house: House) -> Desk:
    """Six people, a list, and the app. The CEO reads the lists and the log besides."""
    app = create_app(house=house)
    made = Desk(house, app.test_client())
    with house.session(SYSTEM, write=True) as session:
        lk = build(session)
        for name, (post, _scope) in PEOPLE.items():
            made.people[name] = org.hire(
                session, SYSTEM, number=f"N-{name}", name=f"{name} tester", position=lk.positions[post],
                hired_on=date(2025, 3, 1), phone="13800001234", identity_kind="resident_id",
                identity_number="11010519491231002X" if name == "ads" else None,
            )
        entries = [EntryDraft(f"P{n}", post, READ, TITLE, scope, power="read")
                   for n, (post, scope) in enumerate(PEOPLE.values()) if scope]
        entries.append(EntryDraft("C1", None, CHART, TITLE, "all", power="read"))
        entries += [EntryDraft(code, "CEO", action, TITLE, "all", power="read")
                    for code, action in (("L1", LISTS), ("L2", LOG))]
        entries.append(EntryDraft("R1", "ACQ-H", REVEAL, TITLE, "unit", power="read"))
        publish(session, SYSTEM, ListDraft("CO", 1, START, entries=tuple(entries)))
        session.expunge_all()
    asked = ports.of(app).ports
    asked.preferences = None
    asked.actor_of_request = lambda _session, request: made.actor(request.headers["X-Name"])
    return made


def page(desk: Desk, who: str, path: str) -> tuple[int, str]:
    """Status and text of a page as somebody sees it."""
    answer = desk.client.get(path, headers={"X-Name": who})
    return answer.status_code, answer.text
