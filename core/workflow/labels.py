"""What the audit log calls tasks."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import catalogue
from core.workflow.models import APPROVED, OPEN, REFUSED, VOID, WITHDRAWN, Task, TaskYes

_ = catalogue("workflow")

STATES = {
    OPEN: _("Waiting"), APPROVED: _("Approved"), REFUSED: _("Refused"), WITHDRAWN: _("Taken back"),
    VOID: _("Void, changed since"),
}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(Task, _("Task"), {
        "kind": _("Kind"), "action": _("Matter"), "resource": _("Kind of record"), "resource_id": _("Record"),
        "digest": _("Digest of the record"), "requester_person_id": _("Asked by"),
        "requester_account_id": _("Account of who asked"), "asked_at": _("Asked at"), "state": _("Status"),
        "routed_epoch": _("State of the lists"), "routed_at": _("Asked the lists at"),
        "next_person_id": _("Waits for"), "next_position_id": _("Waits for the post"),
        "next_assignment_id": _("Assignment that decides"), "told_person_id": _("Told last"),
        "nudged_at": _("Reminded at"), "nudged_person_id": _("Reminded last"),
        "decided_at": _("Answered at"), "decider_person_id": _("Answered by"),
        "decider_account_id": _("Account of who answered"), "decider_name": _("Name of who answered"),
        "comment": _("Comment"), "entry": _("Entry of the list"), "list_version": _("Version of the list"),
        "assignment_id": _("Under the assignment"), "delegation_id": _("Under the delegation"),
        "on_behalf_of_person_id": _("In whose stead"), "path": _("Posts that were passed over"),
        "compared_minor": _("Came to, in the smallest unit"), "compared_currency": _("Currency of the limit"),
        "compared_by": _("Compared by"),
    }, values={"state": STATES}, ids={
        "requester_person_id": "core_person", "next_person_id": "core_person", "told_person_id": "core_person",
        "nudged_person_id": "core_person",
        "decider_person_id": "core_person", "on_behalf_of_person_id": "core_person",
        "next_position_id": "core_position", "requester_account_id": "core_account",
        "decider_account_id": "core_account", "next_assignment_id": "core_assignment",
        "assignment_id": "core_assignment", "delegation_id": "core_delegation",
    })  # fmt: skip
    describe(TaskYes, _("Yes of one of several"), {
        "task_id": _("Task"), "digest": _("Digest of the record"), "person_id": _("Answered by"),
        "account_id": _("Account of who answered"), "name": _("Name of who answered"), "said_at": _("Answered at"),
        "comment": _("Comment"), "needs": _("Must agree"), "entry": _("Entry of the list"),
        "list_version": _("Version of the list"), "assignment_id": _("Under the assignment"),
        "delegation_id": _("Under the delegation"), "on_behalf_of_person_id": _("In whose stead"),
    }, ids={
        "person_id": "core_person", "on_behalf_of_person_id": "core_person", "account_id": "core_account",
        "assignment_id": "core_assignment", "delegation_id": "core_delegation",
    })  # fmt: skip
