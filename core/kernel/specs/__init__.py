"""What modules register: small frozen dataclasses, each checked when the module is loaded."""

from __future__ import annotations

from core.kernel.specs.authority import (
    ActionDef,
    Anchor,
    Attribute,
    Facts,
    FieldGroup,
    Likeness,
    ResourceType,
    Sibling,
    Side,
    SuggestedEntry,
    Usage,
    by_column,
)
from core.kernel.specs.documents import (
    DocumentKind,
    Upload,
)
from core.kernel.specs.letters import (
    LetterField,
    LetterGroup,
    LetterKind,
    LetterType,
    NumberAsk,
    NumberKind,
)
from core.kernel.specs.module import (
    API_VERSION,
    Change,
    CommandSpec,
    Module,
)
from core.kernel.specs.notices import (
    NOTIFY,
    Channel,
    Copy,
    Message,
    Notification,
    Offer,
    Recipients,
)
from core.kernel.specs.pages import (
    Fragment,
    NavItem,
    Slot,
    Topic,
    Widget,
)
from core.kernel.specs.tasks import (
    Answer,
    TaskKind,
)
from core.kernel.specs.webhooks import (
    Incoming,
    IncomingWebhook,
)
from core.kernel.specs.work import (
    LATER,
    NORMAL,
    TEMPORARY,
    URGENT,
    Handler,
    Job,
)

__all__ = [
    "API_VERSION",
    "ActionDef",
    "Anchor",
    "Answer",
    "Attribute",
    "Change",
    "Channel",
    "CommandSpec",
    "Copy",
    "DocumentKind",
    "Facts",
    "FieldGroup",
    "Fragment",
    "Handler",
    "Incoming",
    "IncomingWebhook",
    "Job",
    "LATER",
    "LetterField",
    "LetterGroup",
    "LetterKind",
    "LetterType",
    "Likeness",
    "Message",
    "Module",
    "NORMAL",
    "NOTIFY",
    "NavItem",
    "Notification",
    "NumberAsk",
    "NumberKind",
    "Offer",
    "Recipients",
    "ResourceType",
    "Sibling",
    "Side",
    "Slot",
    "SuggestedEntry",
    "TEMPORARY",
    "TaskKind",
    "Topic",
    "URGENT",
    "Upload",
    "Usage",
    "Widget",
    "by_column",
]
