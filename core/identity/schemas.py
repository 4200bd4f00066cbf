"""What people fill in about their account."""

from __future__ import annotations

from core.base.text import catalogue
from core.schemas import fields

_ = catalogue("identity")


class SignInSchema(fields.Schema):
    """Sign-in name and password."""

    login = fields.String(
        required=True, max_length=120,
        metadata={"label": _("Sign-in name"), "attrs": {"autocomplete": "username", "autocapitalize": "none"}},
    )
    password = fields.String(
        required=True, max_length=200,
        metadata={"label": _("Password"), "kind": "password", "attrs": {"autocomplete": "current-password"}},
    )


class PasswordSchema(fields.Schema):
    """The old password and the new one."""

    current = fields.String(
        required=True, max_length=200,
        metadata={"label": _("Current password"), "kind": "password", "attrs": {"autocomplete": "current-password"}},
    )
    password = fields.String(
        required=True, max_length=200,
        metadata={
            "label": _("New password"), "kind": "password", "hint": _("At least 10 characters."),
            "attrs": {"autocomplete": "new-password"},
        },
    )


class TokenSchema(fields.Schema):
    """A personal access token: what it is called and what it may be used for."""

    name = fields.String(required=True, max_length=100, metadata={"label": _("Name")})
    scopes = fields.List(
        fields.String(max_length=100), required=True, metadata={"label": _("What it may be used for")}
    )
