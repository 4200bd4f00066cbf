"""A draft that runs beside the lists in force: what is kept, what is not, and that nothing of it touches a decision."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from core.access.calls import require
from core.access.decision import Decision, Denied
from core.authority.document import parse
from core.authority.engine import ListEngine
from core.authority.publish import publish
from core.authority.shadow import running, watching
from core.authority.shadow.models import ShadowDifference, ShadowList
from core.base.errors import DomainError, InputErrors, NotFound
from core.cli.root import remit
from core.identity import services as identity
from core.kernel import state
from plugins.crm.actions.spending import SPEND_APPROVE
from plugins.crm.models import SpendRequest
from remit.services import system
from remit.testing.statements import counting
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.conftest import LIST, Office
from tests.plugins.crm.test_replay import NARROW, WIDE

PUBLISHER = """
list: FIN
version: 1
effective_from: "2026-01-01"
positions:
  CEO:
    authority:
      L0: {can: "authority.list:import", in: all, title: {zh: 发布, en: Publishes}}
      L2: {can: "person.record:read", in: all, power: read, title: {zh: 查看人员, en: Sees people}}
"""


@pytest.fixture
def trial(office: Office) -> Office:
    """The head's limit of 10,000 would be 5,000 by the draft that runs."""
    begin(office, NARROW)
    return office


def begin(office: Office, text: str) -> None:
    with office.company.house.session(SYSTEM, write=True) as session:
        running.start(session, SYSTEM, parse(text))


def kept(office: Office) -> list[tuple[Any, ...]]:
    """Every difference: person, allowed, entry or code, and what the draft says."""
    people = {one.person_id: name for name, one in office.company.people.items()}
    with office.company.house.session(SYSTEM) as session:
        rows = session.scalars(select(ShadowDifference).order_by(ShadowDifference.id)).all()
        return [(people.get(row.person_id or 0), row.action, row.allowed, row.entry if row.allowed else row.code,
                 row.would_entry, row.would_code) for row in rows]


def test_what_the_draft_would_refuse_is_kept_with_the_record_and_the_rest_is_not(trial: Office) -> None:
    trial.say(trial.ask(500_000), "wang")
    assert kept(trial) == []
    task = trial.say(trial.ask(500_001), "wang")
    assert task.state == "approved"
    assert kept(trial) == [("wang", SPEND_APPROVE, True, "ACQ-H.B1", "ACQ-H.B1", "OVER_LIMIT")]
    with trial.company.house.session(SYSTEM) as session:
        row = session.scalars(select(ShadowDifference)).one()
        assert (row.object_type, row.object_id, row.list_version) == (
            SpendRequest.__tablename__, str(task.resource_id), 18)


def test_what_the_draft_would_allow_outlives_the_refused_transaction(office: Office) -> None:
    begin(office, NARROW.replace("5000.00", "20000.00"))
    task = office.ask(1_200_000)
    with pytest.raises(Denied):
        office.say(task, "wang")
    assert kept(office) == [("wang", SPEND_APPROVE, False, "OVER_LIMIT", "ACQ-H.B1", "ALLOW")]


def test_a_deed_that_came_to_nothing_leaves_nothing(trial: Office) -> None:
    task = trial.ask(600_000)
    wang = trial.company.actor("wang")

    def fall() -> None:
        with trial.company.house.session(wang, write=True) as session:
            with system(session, "a test looks"):
                record = session.get_one(SpendRequest, task.resource_id)
            assert require(session, wang, SPEND_APPROVE, record).allowed
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fall()
    assert kept(trial) == []


def test_what_a_read_only_action_or_the_product_itself_does_is_not_looked_at(trial: Office) -> None:
    zhao = trial.company.actor("zhao")
    with trial.company.house.session(zhao) as session:
        require(session, zhao, "authority.list:read")
    with trial.company.house.session(SYSTEM, write=True) as session:
        require(session, SYSTEM, SPEND_APPROVE)
    assert kept(trial) == []


def _broken(_engine: ListEngine, *_more: Any) -> Decision:
    raise RuntimeError("the shadow fell over")


def _of_the_database(_engine: ListEngine, session: Any, *_more: Any) -> Decision:
    """A statement that fails takes a whole transaction with it on PostgreSQL, unless a savepoint is before it."""
    session.connection().exec_driver_sql("SELECT * FROM there_is_no_such_table")
    raise AssertionError("the statement must fail")


@pytest.mark.parametrize("failure", [_broken, _of_the_database])
def test_a_shadow_that_fails_is_told_and_the_decision_stands(
    trial: Office, monkeypatch: pytest.MonkeyPatch, failure: Callable[..., Decision]
) -> None:
    answered = ListEngine.answer

    def answer(engine: ListEngine, session: Any, snapshot: Any, *more: Any) -> Decision:
        return failure(engine, session) if snapshot.instead else answered(engine, session, snapshot, *more)

    monkeypatch.setattr(ListEngine, "answer", answer)
    task = trial.say(trial.ask(800_000), "wang")
    assert (task.state, task.entry) == ("approved", "ACQ-H.B1")
    assert ("wang", SPEND_APPROVE, True, "ACQ-H.B1", None, "FAILED") in kept(trial)
    assert {one[-1] for one in kept(trial)} == {"FAILED"}


def test_what_cannot_be_kept_does_not_stop_the_deed(trial: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def bad(_found: Any) -> dict[str, Any]:
        return {"shadow_id": None}

    monkeypatch.setattr(watching, "_row", bad)
    assert trial.say(trial.ask(800_000), "wang").state == "approved"
    with pytest.raises(Denied):
        trial.say(trial.ask(800_000), "sun")
    monkeypatch.undo()
    assert kept(trial) == []


def test_a_draft_whose_posts_are_gone_counts_as_not_asked(trial: Office) -> None:
    with trial.company.house.session(SYSTEM, write=True) as session:
        session.scalars(select(ShadowList)).one().draft = NARROW.replace("ACQ-H:", "GONE:")
    assert trial.say(trial.ask(800_000), "wang").state == "approved"
    assert {one[-1] for one in kept(trial)} == {"FAILED"}


def test_a_stopped_draft_is_asked_no_more_and_without_one_nothing_is_read(
    trial: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang, asked = trial.company.actor("wang"), list[str]()
    ask = watching._ask

    def noting(*given: Any) -> Decision:
        asked.append(given[4].key)
        return ask(*given)

    monkeypatch.setattr(watching, "_ask", noting)

    def statements() -> list[str]:
        last = list[str]()
        for _again in range(2):
            with trial.company.house.session(wang) as session:
                state.epoch(session)
                with counting(trial.company.house.database) as found:
                    require(session, wang, "crm.spend:request")
                last = list(found)
        return last

    assert statements() == []
    assert asked == ["crm.spend:request"] * 2
    asked.clear()
    with trial.company.house.session(SYSTEM, write=True) as session:
        running.stop(session, SYSTEM, "ACQ")
    assert statements() == []
    assert asked == []
    trial.say(trial.ask(800_000), "wang")
    assert kept(trial) == []
    with trial.company.house.session(SYSTEM, write=True) as session, pytest.raises(NotFound):
        running.stop(session, SYSTEM, "ACQ")


def test_rules_of_the_draft_are_asked_too(office: Office) -> None:
    """By the draft nobody who approves spending plans campaigns: li does both, and approves all the same."""
    begin(office, LIST.replace("version: 18", "version: 19").replace("2026-01-01", "2026-04-01").replace(
        "everybody:", 'separation:\n  S1: {person_holds: ["crm.campaign:edit", "crm.spend:approve"]}\neverybody:'))
    office.say(office.ask(800_000), "wang")
    assert kept(office) == [], "wang plans none"
    office.say(office.ask(1_200_000), "li")
    assert kept(office) == [("li", SPEND_APPROVE, True, "MD.A2", None, "SOD_HOLDS")]


def test_one_draft_of_a_list_runs_and_only_a_sound_one(trial: Office) -> None:
    with trial.company.house.session(SYSTEM, write=True) as session:
        with pytest.raises(DomainError, match="runs already"):
            running.start(session, SYSTEM, parse(NARROW))
        with pytest.raises(InputErrors):
            running.start(session, SYSTEM, parse(NARROW.replace("ACQ-H:", "NOBODY:")))
    wang = trial.company.actor("wang")
    with trial.company.house.session(wang, write=True) as session, pytest.raises(Denied):
        running.start(session, wang, parse(NARROW))


def run(office: Office, *args: object) -> Result:
    words = ["--lang", "en", "authority", "list", "shadow", *map(str, args), "--as", "zhao"]
    return CliRunner().invoke(remit, words, obj=office.company.house)


def test_the_commands(office: Office, tmp_path: Any) -> None:
    config = office.company.house.config
    config.keys_path.touch()
    (config.instance / "remit.sqlite").touch()
    with office.company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(PUBLISHER))
        identity.create_account(session, SYSTEM, login="zhao", name="Zhao", password="correct horse 1", locale="en",
                                person_id=office.company.people["zhao"].person_id)
    file = tmp_path / "acq.yaml"
    file.write_text(NARROW, encoding="utf-8")
    assert run(office, "show").output == "No draft is on trial\n"
    assert run(office, "start", file).output == "List ACQ, version 19: runs beside the list in force.\n"
    assert "runs already" in run(office, "start", file).stderr
    office.say(office.ask(800_000), "wang")
    assert run(office, "show").output == (
        "ACQ version 19, runs: 1 would be refused, 0 would be allowed, 0 could not be asked\n")
    told = json.loads(run(office, "show", "ACQ", "--json").stdout)
    assert [(one["who"], one["entry"], one["would"]) for one in told[0]["differences"]] == [
        ("wang", "ACQ-H.B1", "¥8,000.00 is more than ¥5,000.00, the limit of ACQ-H.B1 (list version 19).")]
    assert "By the draft: ¥8,000.00 is more" in run(office, "show", "ACQ").output
    assert run(office, "stop", "ACQ").output == "List ACQ, version 19: no longer runs.\n"
    assert "No draft of the list of ACQ runs." in run(office, "stop", "ACQ").stderr
    assert "stopped" in run(office, "show").output


def test_what_differs_comes_in_pages_and_says_about_what(trial: Office) -> None:
    for payee in ("one", "two", "three"):
        trial.say(trial.ask(800_000, payee=payee), "wang")
    with trial.company.house.session(SYSTEM) as session:
        (run_,) = running.runs(session, SYSTEM)
        every = running.differences(session, SYSTEM, run_)
        assert len(every) == 3
        older = running.differences(session, SYSTEM, run_, before=every[1].row.id)
        assert [one.row.id for one in older] == [every[2].row.id]
        assert all("Spending request" in str(one.what) for one in every)


def test_a_deed_about_nothing_in_particular_says_nothing_of_a_record(office: Office) -> None:
    """The installation's own list as a draft, by which nobody may do what is about the whole."""
    actions = office.company.house.registry.actions
    whole = next(key for key, one in actions.items() if one.resource is None and one.power == "do")
    text = """
list: "-"
version: {}
effective_from: "2026-03-0{}"
everybody: {{authority: {{E9: {{can: "{}", in: all, title: T}}}}}}
"""
    with office.company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(text.format(8, 1, whole)))
        running.start(session, SYSTEM, parse(text.format(9, 2, "org.chart:read")))
    wang = office.company.actor("wang")
    with office.company.house.session(wang, write=True) as session:
        require(session, wang, whole)
    with office.company.house.session(SYSTEM) as session:
        (run_,) = running.runs(session, SYSTEM)
        (seen,) = running.differences(session, SYSTEM, run_)
        assert (seen.row.action, seen.what) == (whole, "")


def test_nothing_is_looked_at_where_nothing_decides(trial: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an engine there is no draft to ask; a draft that cannot even be looked for stops no decision."""
    action = trial.company.house.registry.actions[SPEND_APPROVE]
    wang = trial.company.actor("wang")
    answer = Decision(True, "ALLOW", "", action.key)
    with trial.company.house.session(wang) as session:
        session.info["authority"] = None
        watching.look(session, wang, action, None, answer)
        assert watching.FOUND not in session.info

    def broken(*_given: Any) -> None:
        raise RuntimeError("no snapshot")

    monkeypatch.setattr(watching, "_running", broken)
    assert trial.say(trial.ask(800_000), "wang").state == "approved"
    monkeypatch.undo()
    assert kept(trial) == []


def test_what_a_shadow_would_have_allowed_and_cannot_be_kept_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal stands; that its trace is lost stands in the log of the program."""
    begin(office, WIDE)

    def broken(*_given: Any) -> None:
        raise RuntimeError("no table")

    monkeypatch.setattr(watching, "insert", broken)
    task = office.ask(1_200_000)
    with pytest.raises(Denied):
        office.say(task, "wang")
    monkeypatch.undo()
    assert kept(office) == []
