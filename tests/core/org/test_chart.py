"""The org chart: what it opens with, how it unfolds, what a company of thousands costs, and what its panel says."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy.orm import Session

from core.authority.document import BoundaryDraft, DutyDraft, EntryDraft, KpiDraft, ListDraft
from core.authority.publish import publish
from core.base.actor import Actor
from core.db.types import Translation
from core.identity import services as identity
from core.org import services as org
from core.org.models import Assignment, Employment, Person, Position, PositionVersion, Unit, UnitVersion
from remit.testing.statements import counting
from tests.core.org.company import START, SYSTEM
from tests.core.org.desk import READ, TITLE, Desk, page

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
#: What the chart, its parts and the panel may ask; the frame's own reads come on top.
BUDGET = 10
FRAME = 3


def asked(desk: Desk, who: str, path: str, target: str = "li") -> str:
    """What the page's own script gets."""
    answer = desk.client.get(path, headers={"X-Name": who, "HX-Target": target, **PARTIAL})
    assert answer.status_code == 200
    return answer.text


def ids(desk: Desk) -> dict[str, int]:
    """Units and positions by code."""
    with desk.house.session(SYSTEM) as session:
        return {code: org.unit_by_code(session, code).id for code in ("CO", "MKT", "ACQ", "SAL", "BJ", "BJS")} | {
            code: org.position_by_code(session, code).id for code in ("CEO", "MKT-D", "ACQ-H", "ADS", "SAL-D", "BJ-R")
        }


def panel(text: str) -> str:
    """The side panel of a page."""
    shown = text[text.index('<aside class="hr-panel"'):]
    return shown[:shown.index("</aside>")]


def test_with_nothing_chosen_the_panel_shows_the_company(desk: Desk) -> None:
    """Its head reports to nobody and may sit in a unit below; the head and the headcount stand in the box, too."""
    with desk.house.session(SYSTEM, write=True) as session:
        office = org.create_unit(session, SYSTEM, code="GMO", title={"zh_CN": "总经办", "en": "Office"},
                                 valid_from=date(2026, 1, 1), parent=org.unit_by_code(session, "CO"))
        ceo = org.position_by_code(session, "CEO")
        org.change_position(session, SYSTEM, ceo, date(2026, 1, 1), unit=office)
    text = page(desk, "ceo", "/org")[1]
    shown = panel(text)
    assert re.search(r"<h2[^>]*>Co</h2>", shown)
    assert "ceo tester" in shown
    assert "6 / 11" in shown
    assert "5 vacant" in shown
    for unit in ("Office", "Mkt", "Sal", "Bj"):
        assert re.search(rf"hr-list-link[^>]*>{unit}</a>", shown)
    box = text[text.index('data-node="u'):]
    assert "ceo tester" in box[:box.index("</a>")]
    assert '>6<span class="hr-mut">/11</span>' in box[:box.index("</a>")]


def test_a_day_before_the_company_says_so(desk: Desk) -> None:
    """Nothing was there, which is no fault of the data; the way back stands there."""
    status, text = page(desk, "ceo", "/org?day=2001-01-01")
    assert status == 200
    assert "No units on 2001-01-01" in text
    assert "Back to today" in text


def test_the_day_is_a_button_in_one_writing(desk: Desk) -> None:
    """The ISO day stands on the button whatever the browser's language; the field behind it has a label."""
    text = page(desk, "ceo", "/org?day=2026-06-01")[1]
    assert re.search(r"<summary[^>]*>.*As of 2026-06-01</span></summary>", text)
    assert '<label for="day">' in text
    assert re.search(r'<input[^>]*id="day"[^>]*type="date"[^>]*value="2026-06-01"', text)
    assert "Back to today" in text
    assert "Back to today" not in page(desk, "ceo", "/org")[1]


def test_lines_of_reporting_unfold_at_every_level(desk: Desk) -> None:
    """Two levels stand there; each box that has somebody below it fetches them, and so do those it fetched."""
    know = ids(desk)
    first = page(desk, "ceo", "/org?view=reports")[1]
    assert {f"p{know[code]}" for code in ("CEO", "MKT-D", "SAL-D")} == set(re.findall(r'data-node="(p\d+)"', first))
    fetch = f"/org/reports/{know['MKT-D']}"
    assert f'hx-get="{fetch}"' in first
    second = asked(desk, "ceo", fetch)
    assert re.findall(r'data-node="(p\d+)"', second) == [f"p{know['ACQ-H']}"]
    deeper = f"/org/reports/{know['ACQ-H']}"
    assert f'hx-get="{deeper}"' in second
    third = asked(desk, "ceo", deeper)
    assert re.findall(r'data-node="(p\d+)"', third) == [f"p{know['ADS']}"]
    assert "data-fold-fetch" not in third
    assert "<html" in page(desk, "ceo", deeper)[1]


def test_a_position_tells_its_neighbours_and_its_list(desk: Desk) -> None:
    """Holder, superior, reports; duties with weights, what may be decided, and whose data is seen."""
    know = ids(desk)
    with desk.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft(
            "ACQ", 1, START,
            duties=(DutyDraft("D1", "ACQ-H", Translation(zh_CN="投放", en="Advertise")),),
            entries=(EntryDraft("A1", "ACQ-H", "person.record:change", Translation(zh_CN="办理", en="Hires people"),
                                "unit", duty="D1"),
                     EntryDraft("A2", "ACQ-H", READ, Translation(zh_CN="查看花名册", en="Reads the roster"), "subtree",
                                power="read"),
                     EntryDraft("A3", "ACQ-H", "person.identity:reveal", TITLE, "unit", power="read")),
            kpis=(KpiDraft("K1", "ACQ-H", Translation(zh_CN="线索", en="Leads"), "leads.count", 100, weight=40,
                           duty="D1"),),
        ))
    text = panel(page(desk, "ceo", f"/org?position={know['ACQ-H']}")[1])
    for said in ("acq tester", "In post since 2025-03-01", "MKT-D", "md tester", "Advertise", "KPI 40%",
                 "Hires people", "Own unit", "Data scope", "Reads the roster", "Own unit and below",
                 "may be opened for a purpose: Identity document and phone", "stay closed: Bank account"):
        assert said in text, said
    table = text[text.index("<table"):text.index("</table>")]
    assert "Hires people" in table
    assert "Reads the roster" not in table


def test_changes_are_told_in_words_and_signed_for_who_may_read_the_log(desk: Desk) -> None:
    """Beginning, changes and holders of a position by the day they took effect; names only for readers of the log."""
    know = ids(desk)
    with desk.house.session(SYSTEM, write=True) as session:
        account = _account(session)
    with desk.house.session(SYSTEM, write=True) as session:
        session.info["actor"] = Actor(kind="person", name="Clerk", account_id=account, locale="en")
        ads = org.position_by_code(session, "ADS")
        org.change_position(session, SYSTEM, ads, date(2026, 5, 1), headcount=4,
                            title={"zh_CN": "投放", "en": "Media buyer"})
    text = asked(desk, "ceo", f"/org/changes?position={know['ADS']}")
    assert re.findall(r'hr-num">(\d{4}-\d\d-\d\d)', text) == ["2026-05-01", "2026-05-01", "2025-03-01", "2025-01-01"]
    assert "Renamed from “ADS” to “Media buyer”" in text
    assert "Headcount changed from 2 to 4" in text
    assert "ads tester takes the post" in text
    assert "Position set up" in text
    assert text.count("recorded by Wang Clerk") == 2
    assert f"/audit/of/core_position/{know['ADS']}" in text
    other = asked(desk, "md", f"/org/changes?position={know['ADS']}")
    assert "Headcount changed from 2 to 4" in other
    assert "Wang Clerk" not in other
    assert "/audit/" not in other
    unit = page(desk, "ceo", f"/org/changes?unit={know['ACQ']}")[1]
    assert "Unit set up" in unit
    assert page(desk, "ceo", "/org/changes")[0] == 404


def _account(session: Session) -> int:
    made = identity.create_account(
        session, SYSTEM, login="clerk", name="Wang Clerk", password="correct horse 77 staple"
    )
    return int(made.id)


def test_hand_overs_are_drawn_with_a_table_beside(desk: Desk) -> None:
    """Each boundary is a line with its label between two cards, and a row that reads without the drawing."""
    know = ids(desk)
    assert "No hand-over lines" in page(desk, "ceo", "/org?view=edges")[1]
    with desk.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("MKT", 1, START, boundaries=(
            BoundaryDraft("B1", "lead.handover", "MKT", ("SAL", "BJ"), Translation(zh_CN="线索", en="Leads go on")),
        )))
    text = page(desk, "ceo", "/org?view=edges")[1]
    lines = re.findall(r'<path class="hr-edge"[^>]*data-from="(\d+)" data-to="(\d+)"', text)
    assert {(int(a), int(b)) for a, b in lines} == {(know["MKT"], know["SAL"]), (know["MKT"], know["BJ"])}
    assert {int(one) for one in re.findall(r'data-unit="(\d+)"', text)} == {know["MKT"], know["SAL"], know["BJ"]}
    assert text.count("Leads go on") == 4
    assert "No hand-over lines" in page(desk, "md", "/org?view=edges")[1]  # who may not read the lists sees none


@pytest.mark.parametrize("path", [
    "/org", "/org?unit={MKT}", "/org?position={ACQ-H}", "/org?view=reports", "/org?view=reports&position={ACQ-H}",
    "/org?view=edges", "/org/children/{MKT}", "/org/reports/{CEO}", "/org/changes?position={ADS}",
    "/org/changes?unit={MKT}", "/people", "/people?unit={CO}",
])
def test_pages_keep_their_budget(desk: Desk, path: str) -> None:
    """Ten statements, the frame's three, and four that the lists' part of the panel needs."""
    path = path.format(**ids(desk))
    page(desk, "ceo", path)
    with counting(desk.house.database) as statements:
        assert page(desk, "ceo", path)[0] == 200
    slots = [sql for sql in statements if re.search(r"FROM core_(duty|authority|kpi_target|boundary)", sql)]
    assert len(slots) <= 4
    assert len(statements) - len(slots) <= BUDGET + FRAME, f"{path}\n{statements}"


# -- a unit of two thousand ------------------------------------------------------------------------------------------

PEOPLE_OF_THE_PLANT, POSTS, GROUPS = 2000, 130, 60
HOLDERS_OF_THE_FIRST = 800


@pytest.fixture
def plant(desk: Desk) -> Desk:
    """A plant below the company: 2,000 people on 130 posts of its own, 800 of them on one, and 60 groups below it."""
    with desk.house.session(SYSTEM, write=True) as session:
        build_plant(session, "CO")
        session.expunge_all()
    return desk


def build_plant(session: Session, company: str) -> None:
    """The rows of the plant, written as they are stored."""
    since = date(2025, 6, 1)
    home = org.create_unit(session, SYSTEM, code="PLANT", title={"zh_CN": "工厂", "en": "Plant"}, valid_from=since,
                           parent=org.unit_by_code(session, company))
    first = session.query(UnitVersion).filter_by(unit_id=home.id).one()
    for number in range(GROUPS - 1):
        session.add(_group(session, number, home.id, first.legal_entity_id, since))
    org.create_unit(session, SYSTEM, code="PG-last", title={"zh_CN": "末组", "en": "Last group"}, valid_from=since,
                    parent=home)  # numbers the tree
    head = org.create_position(
        session, SYSTEM, code="PL-0", unit=home, title=Translation(zh_CN="厂长", en="Director"), valid_from=since,
        is_head=True, reports_to=org.position_by_code(session, "CEO"),
    )
    posts = [Position(code=f"PL-{number}") for number in range(1, POSTS)]
    session.add_all(posts)
    session.flush()
    for number, post in enumerate(posts, 1):
        session.add(PositionVersion(
            position_id=post.id, valid_from=since, unit_id=home.id, reports_to_id=head.id, order=number,
            title=Translation(zh_CN=f"岗{number}", en=f"Post {number}"), headcount=HOLDERS_OF_THE_FIRST,
        ))
    _staff(session, [post.id for post in posts], since)
    session.flush()


def _group(session: Session, number: int, parent: int, entity: int, since: date) -> UnitVersion:
    unit = Unit(code=f"PG-{number}")
    session.add(unit)
    session.flush()
    return UnitVersion(unit_id=unit.id, valid_from=since, parent_id=parent, legal_entity_id=entity,
                       title=Translation(zh_CN=f"组{number}", en=f"Group {number}"), kind="group")


def _staff(session: Session, posts: list[int], since: date) -> None:
    people = [Person(name=f"Worker {n}", sort_key=f"worker {n:04}") for n in range(PEOPLE_OF_THE_PLANT)]
    session.add_all(people)
    session.flush()
    works = [Employment(number=f"W{n}", person_id=one.id, hired_on=since) for n, one in enumerate(people)]
    session.add_all(works)
    session.flush()
    for n, work in enumerate(works):
        post = posts[0] if n < HOLDERS_OF_THE_FIRST else posts[1 + n % (len(posts) - 1)]
        session.add(Assignment(employment_id=work.id, person_id=work.person_id, position_id=post, valid_from=since))


def test_a_unit_of_two_thousand_opens_folded_and_comes_in_pages(plant: Desk) -> None:
    """The chart shows the plant as one box; its posts come fifty at a time; statements and sizes stay those of few."""
    with plant.house.session(SYSTEM) as session:
        unit, first = org.unit_by_code(session, "PLANT").id, org.position_by_code(session, "PL-1").id
        head = org.position_by_code(session, "PL-0").id
    page(plant, "ceo", "/org")
    with counting(plant.house.database) as statements:
        text = page(plant, "ceo", "/org")[1]
    assert len(statements) <= BUDGET + FRAME + 1, statements
    assert f'hx-get="/org/children/{unit}"' in text
    assert 'data-node="p' in text
    assert "Post 1<" not in text
    assert ">2000<" in text
    assert len(text) < 60_000
    seen: list[str] = []
    where: str | None = f"/org/children/{unit}"
    while where is not None:
        with counting(plant.house.database) as statements:
            part = asked(plant, "ceo", where)
        assert len(statements) <= BUDGET + FRAME
        assert len(part) < 100_000
        seen += re.findall(r">(Director|Post \d+)</span>", part)
        found = re.search(r'class="hr-rest">.*?hx-get="([^"]+)"', part)
        where = found[1].replace("&amp;", "&") if found else None
    assert seen == ["Director", *(f"Post {number}" for number in range(1, POSTS))]
    assert len(re.findall(r">(?:Group \d+|Last group)</span>", asked(plant, "ceo", f"/org/children/{unit}"))) == GROUPS

    below, where = 0, f"/org/reports/{head}"
    while where is not None:
        part = asked(plant, "ceo", where)
        below += len(re.findall(r'data-node="p', part))
        found = re.search(r'class="hr-rest">.*?hx-get="([^"]+)"', part)
        where = found[1].replace("&amp;", "&") if found else None
    assert below == POSTS - 1

    opened = page(plant, "ceo", f"/org?position={first}")[1]
    assert "All 800 holders" in panel(opened)
    assert panel(opened).count("Worker ") == 8
    assert len(opened) < 130_000
    listed = page(plant, "ceo", f"/people?position={first}")[1]
    assert "1–50 / 800" in listed
    assert "1–50 / 2,000" in page(plant, "ceo", f"/people?unit={unit}")[1]


def walk(desk: Desk, text: str) -> list[str]:
    """The positions of a chart by reporting line and of all its pages that follow, in the order they come."""
    seen, waiting = [], [text]
    while waiting:
        part = waiting.pop(0)
        seen += re.findall(r'data-node="(p\d+)"', part)
        rest = re.findall(r'class="hr-rest">.*?hx-get="([^"]+)"', part)
        waiting += [asked(desk, "ceo", path.replace("&amp;", "&")) for path in rest]
    return seen


def test_lines_of_reporting_open_down_to_the_chosen_position(desk: Desk) -> None:
    """Three levels below the top, with everybody beside those on the way; the box is marked."""
    know = ids(desk)
    text = page(desk, "ceo", f"/org?view=reports&position={know['ADS']}")[1]
    shown = re.findall(r'data-node="(p\d+)"', text)
    assert {f"p{know[code]}" for code in ("CEO", "MKT-D", "SAL-D", "ACQ-H", "ADS")} == set(shown)
    assert len(shown) == len(set(shown))
    box = text[:text.index(f'data-node="p{know["ADS"]}"')].rsplit("<a", 1)[1]
    assert 'aria-current="true"' in box


def test_a_circle_of_reporting_lines_ends(desk: Desk) -> None:
    """Whoever stands in it has nobody above who reports to nobody; the chart of the others is drawn."""
    know = ids(desk)
    with desk.house.session(SYSTEM, write=True) as session:
        row = session.query(PositionVersion).filter_by(position_id=know["MKT-D"]).one()
        row.reports_to_id = know["ADS"]
    shown = re.findall(r'data-node="(p\d+)"', page(desk, "ceo", f"/org?view=reports&position={know['ADS']}")[1])
    assert {f"p{know['CEO']}", f"p{know['SAL-D']}"} <= set(shown)


@pytest.mark.parametrize("chosen", ["PL-3", "PL-129"])
def test_every_report_is_reached_whoever_is_chosen(plant: Desk, chosen: str) -> None:
    """Of 129 below one the first fifty stand there, and the chosen one; the pages that follow bring each other once."""
    with plant.house.session(SYSTEM) as session:
        post, head = org.position_by_code(session, chosen).id, org.position_by_code(session, "PL-0").id
        all_of_it = {f"p{row}" for (row,) in session.query(PositionVersion.position_id)}
    page(plant, "ceo", "/org?view=reports")
    with counting(plant.house.database) as statements:
        text = page(plant, "ceo", f"/org?view=reports&position={post}")[1]
    assert len(statements) <= BUDGET + FRAME + 3, statements
    assert f'data-node="p{post}"' in text
    assert f'data-node="p{head}"' in text
    assert re.search(rf">{POSTS - 1 - (50 if chosen == 'PL-3' else 51)} more<", text)
    seen = walk(plant, text)
    assert len(seen) == len(set(seen))
    assert set(seen) <= all_of_it
    assert sum(one in seen for one in all_of_it) >= POSTS


def test_many_at_the_top_come_in_pages(plant: Desk) -> None:
    """More boxes than the chart draws at once are counted and loaded, none is left out."""
    with plant.house.session(SYSTEM, write=True) as session:
        head = org.position_by_code(session, "PL-0").id
        for row in session.query(PositionVersion).filter_by(reports_to_id=head):
            row.reports_to_id = None
    text = page(plant, "ceo", "/org?view=reports")[1]
    tops = POSTS - 1 + 1  # and the general manager
    assert re.search(rf">{tops - 50} more<", text)
    seen = walk(plant, text)
    with plant.house.session(SYSTEM) as session:
        ends = [f"p{row}" for (row,) in session.query(PositionVersion.position_id).filter_by(reports_to_id=None)]
    assert len(ends) == tops
    assert set(ends) <= set(seen)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("chosen", ["PL-3", "PL-129"])
def test_the_chosen_position_stands_in_the_chart_of_units(plant: Desk, chosen: str) -> None:
    """Also where its unit has more positions than a page; the pages that follow bring every other once."""
    with plant.house.session(SYSTEM) as session:
        post, unit = org.position_by_code(session, chosen).id, org.unit_by_code(session, "PLANT").id
        own = {f"p{row}" for (row,) in session.query(PositionVersion.position_id).filter_by(unit_id=unit)}
    text = page(plant, "ceo", f"/org?position={post}")[1]
    assert f'data-node="p{post}"' in text
    seen = [one for one in walk(plant, text) if one in own]
    assert sorted(seen) == sorted(own)


def test_a_deep_position_is_unfolded_in_the_chart_of_units(desk: Desk) -> None:
    know = ids(desk)
    assert f'data-node="p{know["ADS"]}"' in page(desk, "ceo", f"/org?position={know['ADS']}")[1]
