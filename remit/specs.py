"""What a module registers, and the marker for its hooks."""

from core.access.decision import Decision, Denied
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import (
    ActionDef,
    Anchor,
    Attribute,
    Change,
    CommandSpec,
    Facts,
    FieldGroup,
    Fragment,
    Job,
    Module,
    NavItem,
    ResourceType,
    Slot,
    SuggestedEntry,
    Topic,
    Usage,
    Widget,
    by_column,
)

__all__ = [
    "ActionDef",
    "Anchor",
    "Attribute",
    "Change",
    "CommandSpec",
    "Decision",
    "Denied",
    "Facts",
    "FieldGroup",
    "Fragment",
    "Job",
    "Module",
    "NavItem",
    "ResourceType",
    "Slot",
    "SuggestedEntry",
    "Topic",
    "Usage",
    "Widget",
    "by_column",
    "hookimpl",
]
