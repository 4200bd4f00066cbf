"""How tasks are told to programs, and what programs say about them."""

from __future__ import annotations

from core.schemas import fields
from core.workflow import comments, tasks
from core.workflow.schemas import WayStepSchema


class TaskSchema(fields.Schema):
    """One question: may ``action`` be done to the record ``resource_id`` of the type ``resource``?

    It belongs to the run ``run_id`` of a process. ``todo`` is what it gives somebody to do instead, "" for a question.
    """

    id = fields.Integer()
    run_id = fields.Integer()
    kind = fields.String()
    action = fields.String()
    resource = fields.String()
    resource_id = fields.Integer()
    subject = fields.String()
    requester = fields.String()
    waits_for = fields.String()
    todo = fields.String()
    state = fields.String()
    asked_at = fields.Moment()
    decided_at = fields.Moment(allow_none=True)


class TaskFactSchema(fields.Schema):
    """One thing that whoever decides must know."""

    label = fields.String()
    value = fields.String()


class TaskBackSchema(fields.Schema):
    """An earlier step to which a request can be sent back."""

    step = fields.String()
    title = fields.String()


class WholeTaskSchema(TaskSchema):
    """A question with what it is about and its way; ``digest`` is handed back with the answer as ``seen``.

    ``may_decide`` is about the holder of the token; ``reason`` says by which entry, or why not. ``gap``: nobody may.
    ``may_also`` is what he may do besides: return (``back_to`` are the earlier steps), transfer, add a signer, batch.
    ``due_at`` is by when the step should be done.
    """

    digest = fields.String()
    facts = fields.List(fields.Nested(TaskFactSchema))
    steps = fields.List(fields.Nested(WayStepSchema))
    step = fields.String()
    due_at = fields.Moment(allow_none=True)
    gap = fields.Boolean()
    may_decide = fields.Boolean()
    may_also = fields.List(fields.String())
    back_to = fields.List(fields.Nested(TaskBackSchema))
    reason = fields.String()
    comment = fields.String()
    entry = fields.String(allow_none=True)
    list_version = fields.Integer(allow_none=True)
    decider_person_id = fields.Integer(allow_none=True)
    on_behalf_of_person_id = fields.Integer(allow_none=True)


class TaskReturnBody(fields.Schema):
    """Back to the step ``to``, or for revision to whoever asked where it is empty; the comment says why."""

    seen = fields.String(required=True, max_length=64)
    comment = fields.String(required=True, max_length=tasks.MOST_COMMENT)
    to = fields.String(load_default="", max_length=40)


class TaskPersonBody(fields.Schema):
    """To whom, and a word to him."""

    person_id = fields.Id(required=True)
    comment = fields.String(load_default="", max_length=tasks.MOST_COMMENT)


class TaskSeenBody(fields.Schema):
    """A task with the digest of what was seen of it."""

    id = fields.Id(required=True)
    seen = fields.String(required=True, max_length=64)


class TaskBatchBody(fields.Schema):
    """The tasks that are approved, fifty at most."""

    tasks = fields.List(fields.Nested(TaskSeenBody), required=True)


class TaskSaidSchema(fields.Schema):
    """What became of one of them: ``why`` says why it was not approved."""

    id = fields.Integer()
    done = fields.Boolean()
    why = fields.String()


class TaskBatchSchema(fields.Schema):
    """What became of each, in their order."""

    items = fields.List(fields.Nested(TaskSaidSchema))


class TaskCommentBody(fields.Schema):
    """Words beside a request; ``mentions`` are ids of persons, besides those named with an @ in the text."""

    text = fields.String(required=True, max_length=comments.MOST)
    mentions = fields.List(fields.Id(), load_default=list)


class TaskCommentSchema(fields.Schema):
    """What somebody wrote beside a request; ``mentions`` are ids of persons."""

    id = fields.Integer()
    person_id = fields.Integer(allow_none=True)
    name = fields.String()
    said_at = fields.Moment()
    text = fields.String()
    mentions = fields.List(fields.Integer())


class TaskReaderSchema(fields.Schema):
    """Somebody who was told of a request; ``why`` is copied or mentioned."""

    person_id = fields.Integer()
    name = fields.String()
    why = fields.String()
    told_at = fields.Moment()
