"""Pages about signing in and one's own account."""

from __future__ import annotations

from typing import Any

import flask_login
from flask import Response, request
from sqlalchemy.orm import Session

from core.access.calls import allowed_actions
from core.access.declare import public, signed_in
from core.audit.events import record_sign_in
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.identity import services
from core.identity.devices import device_name, in_the_hand
from core.identity.models import Account
from core.identity.schemas import PasswordSchema, SignInSchema, TokenSchema
from core.identity.web import User
from core.kernel.house import choose, of
from core.web import ports
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, local_path, page, redirect_to

_ = catalogue("identity")

blueprint = ModuleBlueprint("identity", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public("Nobody is signed in before signing in")
def sign_in(session: Session, actor: Actor) -> Page | Response:
    """The sign-in form; goes on to the page that was asked for."""
    back = local_path(request.args.get("next"))
    if actor.signed_in and request.method == "GET":
        return redirect_to(back or "/")
    form = Form(SignInSchema)

    def show() -> Page:
        return page("identity/sign_in.html", form=form, title=_("Sign in"))

    def save(values: dict[str, Any]) -> SignInValues:
        return SignInValues(values)

    answer = form.answer(session, show, save)
    if not isinstance(answer, SignInValues):
        return answer
    try:
        opened = services.sign_in(
            session, login=answer.login, password=answer.password,
            device=request.user_agent.string, address=request.remote_addr or "",
        )
    except DomainError as error:
        form.complain(error)
        return _again(show)
    record_sign_in(
        session, account_id=opened.account.id if opened else None, succeeded=opened is not None,
        address=request.remote_addr or "",
    )
    if opened is None:
        form.complain(DomainError("signin.failed", _("Sign-in name and password do not fit.")))
        return _again(show)
    somebody = services.actor_of(opened.account, zone=of(session).config.zone)
    flask_login.login_user(User(opened.token, somebody))
    return redirect_to(back or choose(session, "choose_landing", actor=somebody) or "/")


class SignInValues:
    """What was typed, held only until it is checked."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.login: str = values["login"]
        self.password: str = values["password"]


def _again(show: Any) -> Page:
    shown: Page = show()
    shown.status = 422
    return shown


@blueprint.post("/sign-out")
@signed_in
def sign_out(session: Session, actor: Actor) -> Response:
    """End this browser's session."""
    services.revoke(session, actor.account_id or 0, flask_login.current_user.session_id)
    flask_login.logout_user()
    return redirect_to("identity.sign_in")


@blueprint.post("/preference")
@public("A visitor chooses the language before signing in")
def preference(session: Session, actor: Actor) -> Response:
    """Language and theme: kept with the account, or in the cookie of a visitor."""
    locale, theme = request.form.get("locale"), request.form.get("theme")
    if actor.signed_in:
        services.set_preferences(session, _own_account(session, actor), locale=locale, theme=theme)
    ports.remember(locale=locale, theme=theme)
    return redirect_to(local_path(request.form.get("next")) or "/")


@blueprint.get("/account")
@signed_in
def account(session: Session, actor: Actor) -> Page:
    """One's own account: language, password, signed-in devices, tokens."""
    return _account_page(session, actor)


def _account_page(
    session: Session, actor: Actor, *, password: Form | None = None, token: Form | None = None, made: str = ""
) -> Page:
    mine = _own_account(session, actor)
    return page(
        "identity/account.html", title=_("My account"), account=mine,
        password=password or Form(PasswordSchema),
        token=token or Form(TokenSchema, options={"scopes": _scopes(session, actor)}), made=made,
        tokens=_tokens(session, mine), devices=_devices(session, mine),
        looks=ports.link("audit.own_reveals") if actor.person_id is not None else None,
    )


def _devices(session: Session, mine: Account) -> list[dict[str, Any]]:
    """The signed-in browsers as people know them, this one first."""
    here = flask_login.current_user.session_id
    found = sorted(services.sessions_of(session, mine.id), key=lambda one: one.id != here)
    return [
        {"id": one.id, "name": device_name(one.device), "hand": in_the_hand(one.device), "address": one.address,
         "seen": one.last_seen_at, "here": one.id == here}
        for one in found
    ]  # fmt: skip


def _tokens(session: Session, mine: Account) -> list[dict[str, Any]]:
    """The tokens with what they may be used for in words; an action whose module is gone keeps its key."""
    actions = of(session).registry.actions
    return [
        {"id": one.id, "name": one.name, "used": one.last_used_at, "until": one.expires_at,
         "titles": [actions[key].title if key in actions else key for key in one.scopes]}
        for one in services.tokens_of(session, mine.id)
    ]  # fmt: skip


@blueprint.post("/account/password")
@signed_in
def change_password(session: Session, actor: Actor) -> Page | Response:
    """Change one's own password; the other devices are signed out."""
    form = Form(PasswordSchema)

    def save(values: dict[str, Any]) -> Response:
        services.change_password(
            session, _own_account(session, actor), current=values["current"], new=values["password"]
        )
        services.revoke_others(session, actor.account_id or 0, flask_login.current_user.session_id)
        flash(_("The password is changed; other devices are signed out."))
        return redirect_to("identity.account")

    return form.answer(session, lambda: _account_page(session, actor, password=form), save)


@blueprint.post("/account/devices/<id:session_id>/end")
@signed_in
def end_device(session: Session, actor: Actor, session_id: int) -> Response:
    """Sign out one of one's own devices."""
    services.revoke(session, actor.account_id or 0, session_id)
    flash(_("That device is signed out."))
    return redirect_to("identity.account")


@blueprint.post("/account/devices/end-others")
@signed_in
def end_other_devices(session: Session, actor: Actor) -> Response:
    """Sign out every device but this one."""
    ended = services.revoke_others(session, actor.account_id or 0, flask_login.current_user.session_id)
    flash(_("{count} other device is signed out.", "{count} other devices are signed out.", count=ended))
    return redirect_to("identity.account")


@blueprint.post("/account/tokens")
@signed_in
def create_token(session: Session, actor: Actor) -> Page:
    """Make a personal access token; it is shown once, on the answer to this post."""
    form = Form(TokenSchema, options={"scopes": _scopes(session, actor)})

    def save(values: dict[str, Any]) -> Page:
        _row, token = services.create_token(session, actor, name=values["name"], scopes=values["scopes"])
        return _account_page(session, actor, made=token)

    return form.answer(session, lambda: _account_page(session, actor, token=form), save)


@blueprint.post("/account/tokens/<id:token_id>/end")
@signed_in
def end_token(session: Session, actor: Actor, token_id: int) -> Response:
    """End one of one's own tokens."""
    services.revoke_token(session, actor.account_id or 0, token_id)
    flash(_("The token no longer works."))
    return redirect_to("identity.account")


def _own_account(session: Session, actor: Actor) -> Account:
    found = session.get(Account, actor.account_id)
    if found is None:
        raise NotFound("account.unknown", _("There is no active account {login}.", login=actor.name))
    return found


def _scopes(session: Session, actor: Actor) -> list[tuple[str, Any]]:
    """The actions on one's own list, and those one may be asked for, as choices."""
    actions = of(session).registry.actions
    may = allowed_actions(session, actor, actions)
    return [(key, action.title) for key, action in actions.items() if may[key] or action.asked]
