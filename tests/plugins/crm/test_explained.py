"""``remit authority explain --task``: why a request was decided so, for who takes part in it and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from core.cli.root import remit
from core.identity import services as identity
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.conftest import Office


@pytest.fixture
def explain(office: Office) -> Any:
    """The command as wang, sun, li or chen."""
    company, config = office.company, office.company.house.config
    config.keys_path.touch()
    (config.instance / "remit.sqlite").touch()
    with company.house.session(SYSTEM, write=True) as session:
        for name in ("wang", "sun", "li", "chen"):
            identity.create_account(session, SYSTEM, login=name, name=name, password="correct horse 1", locale="en",
                                    person_id=company.people[name].person_id)  # fmt: skip

    def run(task: Any, who: str) -> tuple[int, list[str]]:
        words = ("authority", "explain", "--task", str(task.id), "--as", who)
        found = CliRunner().invoke(remit, words, obj=company.house)
        return found.exit_code, found.output.splitlines()

    return run


B1 = ("ACQ-H.B1 stands in the list of Unit ACQ, version 18, in force from 2026-01-01: “Approves spend”; Unit ACQ and "
      "below; up to ¥10,000 an item, ¥60,000 a month; counted together: the same Payee, "
      "Category, within 30 days.")  # fmt: skip
A2 = ("MD.A2 stands in the list of Unit CO, version 18, in force from 2026-01-01: “Approves spend”; Unit MKT and "
      "below; up to ¥100,000.")  # fmt: skip


def test_a_request_from_open_to_void(office: Office, explain: Any) -> None:
    task = office.ask(1_000_000, payee="A")
    assert explain(task, "wang") == (0, [
        "“Online advertising: ¥10,000.00 to A” is not decided yet.",
        "Allowed for wang as Post ACQ-H (ACQ-H): “Approve spending”.", B1,
    ])
    assert explain(task, "sun") == (3, [
        "“Online advertising: ¥10,000.00 to A” is not decided yet.",
        "Refused for sun: “Approve spending” is not on your authority list.",
        "wang may decide it, as Post ACQ-H (ACQ-H), under ACQ-H.B1, up to ¥10,000 an item, ¥60,000 a month.",
    ])
    office.say(task, "wang")
    head = f"(task {task.id}, asked by sun) was approved by wang at 2026-03-22 12:00"
    assert explain(task, "sun") == (0, [f"“Online advertising: ¥10,000.00 to A” {head}.", B1, "The reason given: no"])
    office.change(task, amount=900_000)
    code, lines = explain(task, "sun")
    assert (code, lines[0]) == (
        3, f"“Online advertising: ¥9,000.00 to A” {head}; it was changed since, so that the approval is void.",
    )  # fmt: skip


def test_who_was_passed_over_stays_with_the_answer(office: Office, explain: Any) -> None:
    task = office.ask(1_000_001, payee="A")
    office.say(task, "li", "refused", "Not this quarter.")
    assert explain(task, "sun") == (3, [
        f"“Online advertising: ¥10,000.01 to A” (task {task.id}, asked by sun) was refused by li at 2026-03-22 12:00.",
        A2,
        "The reason given: Not this quarter.",
        "Passed over before: Post ACQ-H, wang: ¥10,000.01 is more than ¥10,000.00, the limit of ACQ-H.B1 (list version "
        "18).",
    ])


def test_nobody_else_learns_of_it(office: Office, explain: Any) -> None:
    task = office.ask(1_000_000, payee="A")
    assert explain(task, "chen") == (1, ["There is no such task, or it is not yours to see."])
