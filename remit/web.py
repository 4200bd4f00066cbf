"""Pages and API of a module: blueprints, pages, forms, slots. The only part of ``remit`` that needs Flask."""

from core.access.declare import access, public, signed_in
from core.web.api import KeysetPage, PageQuery, page_of, paginate
from core.web.blueprints import ApiBlueprint, ModuleBlueprint, SignedBlueprint
from core.web.forms import Form, FormField, read_form, sent_files
from core.web.headers import disposition
from core.web.pages import Page, asked_id, flash, local_path, page, redirect_to
from core.web.ports import Me, Preferences
from core.web.slots import fill
from core.web.visit import after_response

__all__ = [
    "ApiBlueprint",
    "Form",
    "FormField",
    "KeysetPage",
    "Me",
    "ModuleBlueprint",
    "Page",
    "PageQuery",
    "Preferences",
    "SignedBlueprint",
    "access",
    "after_response",
    "asked_id",
    "disposition",
    "fill",
    "flash",
    "local_path",
    "page",
    "page_of",
    "paginate",
    "public",
    "read_form",
    "redirect_to",
    "sent_files",
    "signed_in",
]
