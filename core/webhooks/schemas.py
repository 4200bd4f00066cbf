"""The forms of webhooks, and what programs send and get."""

from __future__ import annotations

from core.base.text import catalogue
from core.schemas import fields
from core.webhooks.models import DELIVERY_STATES

_ = catalogue("webhooks")

OVERLAPS = {"0": _("End at once"), "1": _("1 hour"), "24": _("1 day"), "72": _("3 days"), "168": _("7 days")}


class SubscriptionSchema(fields.Schema):
    """Which address is told of what."""

    name = fields.String(required=True, max_length=80, metadata={"label": _("Name")})
    url = fields.String(
        required=True, max_length=500,
        metadata={"label": _("Address"), "kind": "url", "span": True, "placeholder": "https://example.com/hook",
                  "hint": _("Where events are posted to as JSON. Redirects are not followed.")},
    )
    events = fields.List(
        fields.String(max_length=80), required=True,
        metadata={"label": _("Events"), "span": True},
    )
    filter = fields.String(
        load_default="", max_length=2000, multiline=True,
        metadata={"label": _("Filter"), "span": True, "rows": 2, "attrs": {"spellcheck": "false"},
                  "hint": _("A condition over the fields of the event; empty lets all through.")},
    )  # fmt: skip


class RotateSchema(fields.Schema):
    """A new secret, and for how many hours the old one goes on."""

    hours = fields.Choice(OVERLAPS, required=True, metadata={"label": _("The old secret")})


class SinceSchema(fields.Schema):
    """Since which day what failed is sent again."""

    since = fields.Day(required=True, metadata={"label": _("Failed since")})


class EndpointSchema(fields.Schema):
    """An address for what a module takes."""

    name = fields.String(required=True, max_length=80, metadata={"label": _("Name")})
    kind = fields.String(required=True, max_length=80, metadata={"label": _("What is received"), "kind": "select"})
    secret = fields.String(
        load_default="", max_length=200,
        metadata={"label": _("Secret"), "span": True, "attrs": {"autocomplete": "off", "spellcheck": "false"},
                  "hint": _("Only if the sender dictates one; otherwise it is made and shown once.")},
    )  # fmt: skip


class SubscriptionOut(fields.Schema):
    """A subscription. ``problem`` says why it cannot work as it stands."""

    id = fields.Integer()
    name = fields.String()
    url = fields.String()
    events = fields.List(fields.String())
    filter = fields.String()
    state = fields.String(metadata={"enum": ["active", "paused"]})
    paused_at = fields.Moment(allow_none=True)
    why_paused = fields.String(allow_none=True)
    created_at = fields.Moment()


class SubscriptionMade(SubscriptionOut):
    """A subscription with its secret, which is told this once."""

    secret = fields.String()


class SecretOut(fields.Schema):
    """A new secret, told this once, and until when the old one signs beside it."""

    secret = fields.String()
    old_until = fields.Moment(allow_none=True)


class RotateIn(fields.Schema):
    """For how many hours the old secret goes on; 0 ends it at once."""

    overlap_hours = fields.Integer(minimum=0, maximum=168, load_default=24)


class ResumeIn(fields.Schema):
    """Whether what was kept while it was paused is sent."""

    missed = fields.Boolean(load_default=True)


class SinceIn(fields.Schema):
    """Since when what failed is sent again."""

    since = fields.Moment(required=True)


class DeliveryOut(fields.Schema):
    """A delivery; status, duration, answer and error are those of its last try."""

    id = fields.Integer()
    key = fields.String()
    event = fields.String()
    occurred_at = fields.Moment()
    state = fields.String(metadata={"enum": list(DELIVERY_STATES)})
    tries = fields.Integer()
    run_at = fields.Moment()
    done_at = fields.Moment(allow_none=True)
    status = fields.Integer(allow_none=True)
    took_ms = fields.Integer(allow_none=True)
    answer = fields.String()
    failure = fields.String(allow_none=True)


class Count(fields.Schema):
    """How many."""

    count = fields.Integer()


class EndpointOut(fields.Schema):
    """An address that receives. ``path`` is where to post to."""

    id = fields.Integer()
    name = fields.String()
    kind = fields.String()
    path = fields.String()
    is_on = fields.Boolean()
    created_at = fields.Moment()


class EndpointMade(EndpointOut):
    """An address with its secret, which is told this once."""

    secret = fields.String()


class ReceiptOut(fields.Schema):
    """Something that was received."""

    id = fields.Integer()
    delivery_key = fields.String()
    received_at = fields.Moment()
    size = fields.Integer()
    state = fields.String(metadata={"enum": ["waiting", "done", "failed"]})
    tries = fields.Integer()
    done_at = fields.Moment(allow_none=True)
    failure = fields.String(allow_none=True)
