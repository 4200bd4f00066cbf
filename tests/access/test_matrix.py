"""Who is answered what at which address. ``REMIT_RENEW_MATRIX=1`` writes ``matrix.txt`` anew; look at what changed.

The picture says what is; the other tests say, from the published text of the lists alone, what must be.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from core.web import gate
from tests.access.asking import Row, reached
from tests.access.conftest import RENEWING
from tests.access.lists import holds
from tests.access.world import OWNERS

PICTURE = Path(__file__).parent / "matrix.txt"
HEAD = """\
# What each address answers to whom: method, endpoint, who asks, then the status by whose thing it is.
# own: of the employee; same: of her group; sibling: of the group beside it; other: of another company; none: not there;
# one: there and nobody's; -: about no thing. + means that rows other than notes would have changed.
"""

#: Address -> why nobody of these companies is let through.
UNREACHED = {
    **dict.fromkeys(
        ("GET attendance.choose", "POST attendance.close", "GET attendance.delivery", "POST attendance.reopen",
         "POST attendance.run", "POST attendance.upload", "POST attendance.grant",
         "GET attendance.leave_type", "POST attendance.leave_type", "GET attendance.leave_types",
         "GET attendance.new_leave_type", "POST attendance.new_leave_type", "POST attendance.retire_leave_type",
         "GET attendance.rules", "GET attendance.group_rules", "POST attendance.group_rules",
         "POST attendance.add_place", "POST attendance.retire_place",
         "GET rates.new", "POST rates.new", "GET rates.policy", "POST rates.policy", "GET expense.new_rule",
         "POST expense.new_rule", "GET expense.new_age", "POST expense.new_age", "GET expense.new_city",
         "POST expense.new_city", "POST performance.compute"),
        "about the whole installation, which the entries of one company do not cover",
    ),
    **dict.fromkeys(
        ("POST authority_coverage.reopen", "GET authority_coverage.show", "POST authority_coverage.show"),
        "asks for the key of a finding",
    ),
    **dict.fromkeys(
        ("GET authority_drafts.change", "GET authority_drafts.file", "GET authority_drafts.show",
         "POST authority_drafts.answer", "POST authority_drafts.change", "POST authority_drafts.consult",
         "POST authority_drafts.publish", "POST authority_drafts.sign", "POST authority_drafts.withdraw",
         "GET authority_drafts.past", "POST authority_drafts.try_out", "POST authority_drafts.unsign",
         "POST list_publications.ask",
         "GET authority_shadow.show", "POST authority_shadow.start", "POST authority_shadow.stop"),
        "no draft is kept in these companies",
    ),
    **dict.fromkeys(
        ("GET emergency.index", "GET emergency.new", "GET emergency.show", "POST emergency.close",
         "POST emergency.new", "POST emergency.show", "GET stuck.index", "GET stuck.show", "POST stuck.show",
         "GET relations.index", "GET relations.new",
         "GET relations.record", "POST relations.confirm", "POST relations.end", "POST relations.new",
         "POST relations.record"),
        "no list of these companies gives it",
    ),
    **dict.fromkeys(
        ("POST processes.discard", "POST processes.publish", "GET processes_api.draft",
         "DELETE processes_api.discard", "POST processes_api.publish"),
        "no process of these companies has a draft",
    ),
    "POST runs_api.reply": "with the secret of a call",
    **dict.fromkeys(
        ("POST performance.confirm_peer", "POST performance.potential"),
        "for whoever leads the review, who is none of its owners; held by tests/performance",
    ),
    "GET crm_forms.fill_in": "by the key of a form", "POST crm_forms.sent": "by the key of a form",
    "GET crm_forms.ask_withdraw": "by a signed link", "POST crm_forms.withdraw": "by a signed link",
    **dict.fromkeys(
        ("GET payroll.edit_change", "POST payroll.edit_change", "POST payroll.submit_change",
         "POST payroll.discard_change"),
        "the changes of pay of these companies are nobody's drafts",
    ),
    "POST identity.sign_out": "leads to the page for signing in",
    "GET authority.entry": "asks for the code of an entry",
    "GET authority.everybody_diff": "there is one version of each list",
    "GET authority.unit_diff": "there is one version of each list",
    "GET authority_papers.mine": "the posts of the owners have nothing to print",
    "GET authority_papers.post": "the posts of the owners have nothing to print",
    "POST exchange.start": "those who have a file may not import it", "GET files.content": "by a signed link",
    "GET notify.off": "by a signed link", "POST notify.off": "by a signed link",
    "GET tasks.by_mail": "by a signed link", "POST tasks.by_mail": "by a signed link",
    "POST notify_api.off": "by a signed link", "POST hooks.post": "with the signature of the sender",
    "GET org.change_record": "asks for a unit or a post in its query",
}  # fmt: skip
#: What is read and is marked as read by that.
LEAVING_A_MARK = {"notify.follow"}


def test_the_picture_is_what_is_answered(rows: list[Row]) -> None:
    if RENEWING:
        PICTURE.write_text(HEAD + "".join(f"{row}".rstrip() + "\n" for row in rows), encoding="utf-8")
    width = len(rows[0].key)
    lines = [line for line in PICTURE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    kept = {line[:width].rstrip(): dict(_cells(line[width:])) for line in lines}
    new = sorted(row.key.rstrip() for row in rows if row.key.rstrip() not in kept)
    assert not new, (
        f"nobody has looked at who is answered what at {new[0]}: write tests/access/matrix.txt anew with "
        "REMIT_RENEW_MATRIX=1 and read its new rows"
    )
    gone = {key.split()[1] for key in kept} - {row.address.endpoint for row in rows}
    assert not gone, "renew with REMIT_RENEW_MATRIX=1: these are no addresses any more"
    changed = [
        f"{row.key} {column}: was {kept[row.key.rstrip()].get(column)}, is {cell}" for row in rows
        for column, cell in row.cells.items() if kept[row.key.rstrip()].get(column) != str(cell)
    ]
    assert not changed, "renew with REMIT_RENEW_MATRIX=1 only if every change is right:\n" + "\n".join(changed)


def _cells(text: str) -> list[tuple[str, str]]:
    """Column and answer, from the words of a row."""
    words = text.split()
    return list(zip(words[::2], words[1::2], strict=True))


def test_nothing_breaks(rows: list[Row]) -> None:
    assert [str(row) for row in rows if any(cell.status >= 500 for cell in row.cells.values())] == []


@pytest.mark.proves("strangers")
def test_strangers_reach_what_is_public_and_no_more(rows: list[Row]) -> None:
    found = [
        str(row) for row in rows
        if row.persona == "stranger" and row.address.endpoint not in gate.OPEN
        and (row.access is None or row.access.kind != "public")
        and not all(
            cell.status == 401 or (cell.status == 303 and cell.location.startswith("/sign-in"))
            for cell in row.cells.values()
        )
    ]
    assert found == []


@pytest.mark.proves("route-entry")
def test_whom_no_entry_lets_in_is_refused(rows: list[Row]) -> None:
    """By the text of the lists: without an entry for the action of the route, 403 whatever is asked about."""
    asked = [
        row for row in rows
        if row.persona != "stranger" and row.access is not None and row.access.action is not None
        and not holds(row.persona, row.access.action)
    ]
    assert len(asked) > 150
    assert [str(row) for row in asked if any(cell.status != 403 for cell in row.cells.values())] == []


@pytest.mark.proves("refused-writes")
def test_what_is_refused_changes_nothing(rows: list[Row]) -> None:
    """The database itself says which tables were touched; only notes of the refusal may be."""
    found = [
        f"{row}: {column} {sorted(cell.changed)}" for row in rows for column, cell in row.cells.items()
        if cell.changed and (
            cell.status >= 400 or row.persona == "stranger"
            or (row.address.method == "GET" and row.address.endpoint not in LEAVING_A_MARK)
        )
    ]
    assert not found, "\n".join(found)


@pytest.mark.proves("not-there")
def test_what_is_out_of_reach_is_told_like_what_is_not_there(rows: list[Row]) -> None:
    """Same status and same words: nothing says whether it exists."""
    compared, found = 0, []
    for row in rows:
        near = reached(row.persona, row.access, row.address)
        for column in OWNERS:
            if column not in row.cells or "none" not in row.cells or column in near:
                continue
            compared += 1
            if _told(row, column) != _told(row, "none") or row.cells[column].status < 400:
                found.append(f"{row}: {column}")
    assert compared > 300
    assert not found, "\n".join(found)


def _told(row: Row, column: str) -> tuple[int, str]:
    return row.cells[column].status, row.cells[column].said


def test_every_address_lets_somebody_through(rows: list[Row]) -> None:
    """A matrix of refusals would prove nothing; where the usual words do not do, the form at least was looked at."""
    through = {
        f"{row.address.method} {row.address.name}" for row in rows
        for cell in row.cells.values()
        if (cell.status < 400 and not cell.location.startswith("/sign-in")) or cell.status == 422
    }
    everything = {f"{row.address.method} {row.address.name}" for row in rows}
    assert everything - through == set(UNREACHED)
