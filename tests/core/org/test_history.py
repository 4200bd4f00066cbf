"""The audit log of the organisation as people read it: names for numbers, words for columns, and by what right."""

from __future__ import annotations

import re
from datetime import date

from core.audit.words import LABEL
from core.authority.document import EntryDraft, ListDraft
from core.authority.publish import publish
from core.base.actor import Actor
from core.base.text import Text
from core.db.base import Base
from core.db.types import Translation
from core.identity import services as identity
from core.org import services as org
from remit.testing.statements import counting
from tests.core.org.company import SYSTEM
from tests.core.org.desk import Desk, page


def test_the_history_of_a_position_reads_like_a_sentence(desk: Desk) -> None:
    """Who, by name; what, in words; the position above by its title; by which published sentence, with a link."""
    with desk.house.session(SYSTEM, write=True) as session:
        keeper = identity.create_account(
            session, SYSTEM, login="keeper", name="Wang Keeper", password="correct horse 77 staple",
            person_id=desk.people["md"].person_id,
        )
        account = keeper.id
        publish(session, SYSTEM, ListDraft("MKT", 1, date(2025, 1, 1), entries=(
            EntryDraft("A9", "MKT-D", "org.structure:change", Translation(zh_CN="维护", en="Keeps the posts"), "all"),
        )))
    actor = Actor(kind="person", name="Wang Keeper", account_id=account, person_id=desk.people["md"].person_id)
    with desk.house.session(actor, write=True) as session:
        ads, above = org.position_by_code(session, "ADS"), org.position_by_code(session, "MKT-D")
        org.change_position(session, actor, ads, date(2026, 5, 1), headcount=4, reports_to=above)
        position = ads.id
    path = f"/audit/of/core_position/{position}"
    page(desk, "ceo", path)
    with counting(desk.house.database) as statements:
        status, text = page(desk, "ceo", path)
    assert status == 200
    assert len(statements) <= 13, statements
    assert "Position: ADS" in text
    newest = text[text.index("<tbody>"):].split("</tr>")
    made = next(row for row in newest if "Added" in row)
    assert "Wang Keeper" in made
    for label, value in (("From", "2026-05-01"), ("Headcount", "4"), ("Reports to", "MKT-D"), ("Unit", "Acq")):
        assert re.search(rf'hr-mut">{label}</span>\s+{value}<', made), (label, made)
    assert "Keeps the posts" in made
    assert re.search(r'<a href="/\w+/entries/MKT-D\.A9\?version=1">MKT-D\.A9, list version 1</a>', made)
    ended = next(row for row in newest if "Changed" in row)
    assert re.search(r'hr-mut">Until</span>\s+– → 2026-05-01<', ended)
    for raw in ("valid_from", "position_id", "core_position", "zh_CN", "Account "):
        assert raw not in text[text.index("<main"):], raw


def test_a_look_at_masked_fields_is_listed_with_its_purpose(desk: Desk) -> None:
    """Whose fields, which, what for and under which entry."""
    ads = desk.people["ads"].person_id
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(desk, "acq", f"/people/{ads}")[1])
    assert token
    desk.client.post(f"/people/{ads}/reveal/identity", data={"csrf_token": token[1], "purpose": "for the contract"},
                     headers={"X-Name": "acq"})
    text = page(desk, "ceo", f"/audit/looks/{ads}")[1]
    assert "Person: ads tester" in text
    for said in ("Revealed", "Identity document and phone", "for the contract", "ACQ-H.R1, list version 1"):
        assert said in text
    assert f'href="/audit/looks/{ads}"' in page(desk, "ceo", f"/people/{ads}")[1]
    assert "/audit/looks/" not in page(desk, "acq", f"/people/{ads}")[1]


def test_every_column_of_the_organisation_has_a_word(desk: Desk) -> None:
    """A column that is added and not named would show its name in the database."""
    del desk
    for name in ("core_legal_entity", "core_unit", "core_unit_version", "core_position", "core_position_version",
                 "core_person", "core_employment", "core_employment_terms", "core_assignment"):
        table = Base.metadata.tables[name]
        assert isinstance(table.info[LABEL], Text)
        own = {"id", f"{name.removeprefix('core_').removesuffix('_version')}_id", "identity_index"}
        unnamed = {one.name for one in table.columns if LABEL not in one.info}
        assert unnamed <= own, (name, unnamed - own)
