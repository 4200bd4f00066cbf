"""What the audit log calls tasks."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import catalogue
from core.workflow.forms.words import CATEGORIES
from core.workflow.forms.words import STATES as SUBMISSION_STATES
from core.workflow.lists.models import ListPublication
from core.workflow.models import (
    APPROVED,
    OPEN,
    REFUSED,
    RETURNED,
    SETTLED,
    VOID,
    WITHDRAWN,
    MailAnswer,
    Phrases,
    Submission,
    Task,
    TaskYes,
)
from core.workflow.processes import models as states
from core.workflow.processes.models import (
    ProcessVersion,
    Run,
    RunComment,
    RunFile,
    RunReader,
    RunStep,
    Start,
)

_ = catalogue("workflow")

STATES = {
    OPEN: _("Waiting"), APPROVED: _("Approved"), REFUSED: _("Refused"), WITHDRAWN: _("Taken back"),
    VOID: _("Void, changed since"), RETURNED: _("Sent back"), SETTLED: _("Settled by others"),
}
RUN_STATES = {
    states.RUNNING: _("On its way"), states.RETURNED: _("Sent back"), states.APPROVED: _("Approved"),
    states.REFUSED: _("Refused"), states.WITHDRAWN: _("Taken back"), states.VOID: _("Void, changed since"),
}
STEP_STATES = {
    **RUN_STATES, states.OPEN: _("Waiting"), states.PASSED: _("Done"), states.SKIPPED: _("Passed over"),
    states.FAILED: _("Could not be done"),
}
START_STATES = {states.BEGUN: _("Has begun"), states.WAITS: _("Waits"), states.LEFT_OUT: _("Left out")}
VERSION_STATES = {states.DRAFT: _("Draft"), states.PUBLISHED: _("In force"), states.RETIRED: _("Retired")}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    _processes()
    describe(ListPublication, _("Publication of a list"), {
        "draft_id": _("Draft of a list"), "unit_id": _("Unit"), "legal_entity_id": _("Company"),
        "version": _("Version"), "effective_from": _("In force from"), "mark": _("Digest of the draft"),
        "reason": _("Reason"), "state": _("Status"), "requester_person_id": _("Asked by"), "created_at": _("Asked at"),
        "list_id": _("Version that came of it"),
    }, values={"state": {key: words for key, (words, _colour) in SUBMISSION_STATES.items()}}, ids={
        "draft_id": "core_list_draft", "requester_person_id": "core_person", "list_id": "core_list",
    })  # fmt: skip
    describe(Task, _("Task"), {
        "run_id": _("Run"), "step_id": _("Step"), "number": _("Number in the step"), "asks": _("Whom it asks"),
        "subject": _("Subject"),
        "handed_person_id": _("Handed on to"), "late_person_ids": _("Whose time is over"),
        "to_do": _("Something to do"),
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
        "nudged_person_id": "core_person", "handed_person_id": "core_person",
        "decider_person_id": "core_person", "on_behalf_of_person_id": "core_person",
        "next_position_id": "core_position", "requester_account_id": "core_account",
        "decider_account_id": "core_account", "next_assignment_id": "core_assignment",
        "assignment_id": "core_assignment", "delegation_id": "core_delegation",
    })  # fmt: skip
    describe(MailAnswer, _("Answer from a mail"), {
        "task_id": _("Task"), "person_id": _("Answered by"), "digest": _("Digest of the record"),
        "answer": _("Answer"), "account_id": _("Account of who answered"), "said_at": _("Answered at"),
    }, values={"answer": STATES}, ids={"person_id": "core_person", "account_id": "core_account"})  # fmt: skip
    describe(Phrases, _("Phrases for comments"), {
        "account_id": _("Account"), "texts": _("Phrases"),
    }, ids={"account_id": "core_account"})  # fmt: skip
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


def _processes() -> None:
    describe(Submission, _("Request"), {
        "process": _("Process"), "number": _("Number"), "title": _("Title"), "category": _("Category"),
        "fields": _("Fields of the form"), "values": _("What was filled in"), "amount": _("Amount"),
        "currency": _("Currency"), "unit_id": _("Unit"), "legal_entity_id": _("Company"),
        "requester_person_id": _("Asked by"), "state": _("Status"), "digest": _("Digest of the record"),
        "created_at": _("Written at"),
    }, values={
        "state": {name: title for name, (title, _colour) in SUBMISSION_STATES.items()}, "category": CATEGORIES,
    })  # fmt: skip
    describe(ProcessVersion, _("Version of a process"), {
        "process": _("Process"), "kind": _("Kind"), "number": _("Version"), "state": _("Status"),
        "shipped": _("Came with the module"), "source": _("Definition"), "digest": _("Digest of the definition"),
        "written_at": _("Written at"), "written_by": _("Written by"), "published_at": _("Published at"),
        "published_by": _("Published by"), "publisher_person_id": _("Person who published"),
        "entry": _("Entry of the list"), "trigger": _("Started by the event"), "next_at": _("Starts next at"),
    }, values={"state": VERSION_STATES}, ids={
        "written_by": "core_account", "published_by": "core_account", "publisher_person_id": "core_person",
    })  # fmt: skip
    describe(Start, _("Start of a process"), {
        "process": _("Process"), "version_id": _("Version"), "key": _("Started by"), "event": _("Event"),
        "due_at": _("Due at"), "state": _("Status"), "submission_id": _("Request"), "why": _("Reason"),
        "tried_at": _("Tried at"),
    }, values={"state": START_STATES})  # fmt: skip
    describe(Run, _("Run of a process"), {
        "process": _("Process"), "kind": _("Kind"), "version_id": _("Version"), "resource": _("Kind of record"),
        "resource_id": _("Record"), "requester_person_id": _("Asked by"),
        "requester_account_id": _("Account of who asked"), "unit_id": _("Unit"), "legal_entity_id": _("Company"),
        "state": _("Status"), "at": _("At the step"), "round": _("Round"), "started_at": _("Handed in at"),
        "ended_at": _("Ended at"), "stuck": _("Stuck since"), "parent_step_id": _("Part of the step"),
        "tags": _("Tags"), "values": _("What steps have set"),
    }, values={"state": RUN_STATES}, ids={
        "requester_person_id": "core_person", "requester_account_id": "core_account", "unit_id": "core_unit",
        "legal_entity_id": "core_legal_entity",
    })  # fmt: skip
    describe(RunStep, _("Step of a run"), {
        "run_id": _("Run"), "round": _("Round"), "key": _("Step"), "type": _("Kind of step"), "state": _("Status"),
        "needs": _("Must agree"), "entered_at": _("Began at"), "left_at": _("Ended at"), "due_at": _("Due at"),
        "remind_at": _("Reminder at"), "overdue_at": _("Told that it is late at"), "note": _("Note"),
    }, values={"state": STEP_STATES})  # fmt: skip
    describe(RunComment, _("Comment on a run"), {
        "run_id": _("Run"), "person_id": _("Written by"), "name": _("Name of who wrote"), "said_at": _("Written at"),
        "text": _("Text"), "mentions": _("People named"),
    }, ids={"person_id": "core_person"})  # fmt: skip
    describe(RunFile, _("File beside a run"), {
        "run_id": _("Run"), "comment_id": _("Comment"), "task_id": _("Task"), "file_id": _("File"),
        "person_id": _("Added by"), "name": _("Name of who added"), "added_at": _("Added at"),
    }, ids={"person_id": "core_person"})  # fmt: skip
    describe(RunReader, _("Reader of a run"), {
        "run_id": _("Run"), "person_id": _("Reader"), "why": _("Why"), "at": _("Told at"), "read_at": _("Read at"),
    }, ids={"person_id": "core_person"})  # fmt: skip
