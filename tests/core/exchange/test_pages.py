from __future__ import annotations

import io
import re
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Decision
from core.app import create_app
from core.base.actor import Actor
from core.db.guard import system
from core.exchange import importing
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.kernel.house import House
from core.web import ports
from tests.core.exchange.books import csv_text
from tests.core.exchange.test_importing import HEAD, ROWS
from tests.core.exchange.trial import IMPORT, TrialNote, TrialPerson

GOOD = csv_text([HEAD, *ROWS]).encode()
BAD = csv_text([HEAD, ["E1", "王芳", "31/02/2026", "-8000", "", ""]]).encode()


class Entitled:
    """An engine for which account 1 may import and nobody else."""

    def decide(self, session: Session, actor: Actor, action: Any, resource: Any, obj: Any) -> Decision:
        fine = actor.account_id == 1 and action.key == IMPORT
        return Decision(fine, "ALLOW" if fine else "NO_ENTRY", "No list gives you this.", action.key, "A1")

    def predicate(self, session: Session, actor: Actor, action: Any, resource: Any, model: Any, **how: Any) -> Any:
        raise AssertionError("imports do not list")


@pytest.fixture
def app(house: House) -> flask.Flask:
    house.session_info["authority"] = Entitled()
    app = create_app(house=house)
    asked = ports.of(app).ports  # signing in belongs to identity, whose tables are not here
    asked.preferences = asked.frame = None
    asked.actor_of_request = lambda _session, request: Actor(
        kind="person", name="Clerk", account_id=int(request.headers.get("X-Account", "1")), locale="en"
    )
    return app


@pytest.fixture
def client(app: flask.Flask) -> FlaskClient:
    return app.test_client()


def post(client: FlaskClient, url: str, page: str, **data: Any) -> Any:
    """As a browser without a script does it: the form of the page, with its token."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert token is not None
    return client.post(url, data={"csrf_token": token[1], **data}, content_type="multipart/form-data")


def send(client: FlaskClient, data: bytes, name: str = "名单.csv") -> Any:
    return post(client, "/imports/new/trial", "/imports/new/trial", file=(io.BytesIO(data), name))


def people(house: House) -> list[str]:
    with house.session(Actor.system("test")) as session, system(session, "look"):
        return list(session.scalars(select(TrialPerson.number).order_by(TrialPerson.number)))


def test_from_the_file_to_the_written_rows_and_back(client: FlaskClient, house: House) -> None:
    assert "/imports/new/trial" in client.get("/imports/").text
    answer = send(client, GOOD)
    assert answer.status_code == 303
    show = answer.location
    report = client.get(show).text
    assert "Checked 3 rows: 3 new" in report
    assert "名单.csv" in report
    assert people(house) == []

    assert post(client, f"{show}/start", show).status_code == 303
    working = client.get(show).text
    assert 'hx-trigger="every 1s, live"' in working
    assert "import-progress" in working
    assert '<meta http-equiv="refresh"' in working
    Pool(house).run_waiting()
    done = client.get(show).text
    assert "Imported 3 rows: 3 new" in done
    assert people(house) == ["E1", "E2", "E3"]

    assert post(client, f"{show}/undo", show).status_code == 303
    assert people(house) == []
    assert "was undone" in client.get(show).text
    assert "名单.csv" in client.get("/imports/").text


def test_problems_are_shown_with_row_column_and_remedy_and_nothing_can_be_written(
    client: FlaskClient, house: House
) -> None:
    show = send(client, BAD).location
    text = client.get(show).text
    for words in ("31/02/2026 is not a date.", "入职日期", "Write the date as 2026-11-23.", "-8000 is negative.",
                  "Problems found: 2. Nothing was written."):
        assert words in text
    assert f"{show}/start" not in text
    assert post(client, f"{show}/start", "/imports/new/trial").status_code == 422
    problems = client.get(f"{show}/problems.csv")
    assert problems.data.startswith(b"\xef\xbb\xbf")
    assert "31/02/2026" in problems.text
    assert "no-store" in problems.headers["Cache-Control"]
    assert people(house) == []


def test_an_undo_that_is_refused_leaves_everything(client: FlaskClient, house: House) -> None:
    show = send(client, GOOD).location
    post(client, f"{show}/start", show)
    Pool(house).run_waiting()
    with house.session(Actor.system("test"), write=True) as session, system(session, "edit"):
        session.add(TrialNote(person_id=session.scalars(select(TrialPerson.id)).first(), text="in use"))
    assert post(client, f"{show}/undo", show).status_code == 303
    assert "cannot be undone" in client.get(show).text
    assert people(house) == ["E1", "E2", "E3"]
    with house.session(Actor.system("test")) as session:
        assert session.scalars(select(TrialNote.text).order_by(TrialNote.id)).all() == ["imported", "in use"]


def test_many_problems_come_in_pages(client: FlaskClient) -> None:
    rows = [[f"E{n}", "王芳", "tomorrow", "1", "", ""] for n in range(450)]
    show = send(client, csv_text([HEAD, *rows]).encode()).location
    first, last = client.get(show).text, client.get(f"{show}?from=400").text
    assert first.count("is not a date") == 200
    assert last.count("is not a date") == 50
    assert "?from=200" in first
    assert client.get(f"{show}?from=x").status_code == 200


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"PK\x03\x04 rubbish"])
def test_a_file_that_cannot_be_read_gives_one_message(client: FlaskClient, data: bytes) -> None:
    answer = send(client, data)
    text = client.get(answer.location).text
    assert "Problems found: 1" in text
    assert "Traceback" not in text


def test_a_post_without_a_file_is_asked_again(client: FlaskClient) -> None:
    answer = post(client, "/imports/new/trial", "/imports/new/trial")
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_while_a_job_works_the_page_shows_how_far_it_is(client: FlaskClient, house: House) -> None:
    show = send(client, GOOD).location
    post(client, f"{show}/start", show)
    with house.session(Actor.system("test"), write=True) as session:
        row = session.scalars(select(JobRow)).one()
        row.state, job_id = "running", row.id
    partial = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#import-progress"}
    from core.jobs.progress import PROGRESS, Progress

    house.session_info[PROGRESS].write(job_id, Progress(40, 100, "Writing"))
    block = client.get(show, headers=partial)
    assert "40 / 100" in block.text
    assert "<html" not in block.text
    with house.session(Actor.system("test"), write=True) as session:
        session.get_one(JobRow, job_id).state = "queued"
    Pool(house).run_waiting()
    moved = client.get(show, headers=partial)
    assert show in moved.headers["HX-Location"]


def test_a_job_that_failed_can_be_started_again(client: FlaskClient, house: House) -> None:
    show = send(client, GOOD).location
    post(client, f"{show}/start", show)
    with house.session(Actor.system("test"), write=True) as session:
        session.scalars(select(JobRow)).one().state = "failed"
    assert "Start it again" in client.get(show).text
    post(client, f"{show}/start", show)
    Pool(house).run_waiting()
    assert people(house) == ["E1", "E2", "E3"]


def test_who_may_not_import_sees_no_form_and_no_report_of_others(client: FlaskClient) -> None:
    show = send(client, GOOD).location
    other = {"X-Account": "2"}
    assert "/imports/new/trial" not in client.get("/imports/", headers=other).text
    for url in ("/imports/new/trial", "/imports/new/trial/template.xlsx"):
        assert client.get(url, headers=other).status_code == 403
    for url in (show, f"{show}/problems.csv"):
        assert client.get(url, headers=other).status_code == 404
    assert client.get("/imports/new/nothing").status_code == 404


def test_the_template_can_be_filled_in_and_sent_back(client: FlaskClient) -> None:
    from openpyxl import load_workbook

    sheet = client.get("/imports/new/trial/template.xlsx").data
    book = load_workbook(io.BytesIO(sheet))
    book.active.append(["E1", "王芳", "2026-01-05", 8000])
    filled = io.BytesIO()
    book.save(filled)
    assert "Checked 1 row: 1 new" in client.get(send(client, filled.getvalue(), "t.xlsx").location).text


def test_pages_render_in_chinese(app: flask.Flask, client: FlaskClient) -> None:
    ports.of(app).ports.actor_of_request = lambda _session, _request: Actor(
        kind="person", name="Clerk", account_id=1, locale="zh_CN"
    )
    ports.of(app).ports.preferences = lambda _session, _actor: ports.Preferences("zh_CN")
    show = send(client, BAD).location
    text = client.get(show).text
    assert "“31/02/2026”不是有效日期。" in text
    assert "发现 2 处问题，未写入任何数据。" in text


def test_jobs_show_their_progress_and_can_be_stopped(client: FlaskClient, house: House) -> None:
    show = send(client, GOOD).location
    post(client, f"{show}/start", show)
    with house.session(Actor.system("test")) as session:
        job_id = session.scalars(select(JobRow.id)).one()
    url = f"/jobs/{job_id}"
    assert "Waiting for its turn" in client.get(url).text
    assert client.get(url, headers={"X-Account": "2"}).status_code == 404
    assert post(client, f"{url}/cancel", url, next=show).location == show
    assert client.get(f"{url}?next={show}").location == show
    assert client.get(f"{url}?next=//elsewhere.example/").status_code == 200
    assert importing.JOB == "exchange.import"
