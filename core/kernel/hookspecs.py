"""Every hook there is, by kind. The kind is the first word of the name and fixes what a failure does.

``register_*`` once at start, a failing module is left out. ``choose_*`` the first answer that is not None wins, a
failure is raised. ``check_*`` inside the transaction, a ``DomainError`` is a refusal. ``on_*`` after commit, failures
are logged and the others still run. ``give_*`` a question to all modules, failures are isolated and reported unless
the caller asks strictly. Each hook has a section in ``docs/plugins/hooks.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from core.base.actor import Actor
    from core.config import Config
    from core.contracts.columnar import Ask, Table
    from core.contracts.files import Store
    from core.contracts.kpi import KpiAsk, KpiRows, KpiRowsAsk, KpiSource
    from core.contracts.leads import LeadDesk
    from core.contracts.leave import LeaveAsk, Spans
    from core.contracts.overtime import OvertimeLaw
    from core.contracts.pay import PayPage, PayPagesAsk, PeopleCost, PeopleCostAsk
    from core.kernel import specs
    from core.kernel.events import Event

PROJECT = "remit"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


# -- register: once, at start -------------------------------------------------------------------------------------


@hookspec
def register_actions() -> Sequence[specs.ActionDef]:  # type: ignore[empty-body]
    """Return the actions this module knows, so that authority entries may name them."""


@hookspec
def register_resource_types() -> Sequence[specs.ResourceType]:  # type: ignore[empty-body]
    """Return the guarded models of this module; no statement touches them without an authority check."""


@hookspec
def register_suggested_entries() -> Sequence[specs.SuggestedEntry]:  # type: ignore[empty-body]
    """Return authority entries that a list editor may take over; installing a module never grants them."""


@hookspec
def register_blueprints() -> Sequence[Any]:  # type: ignore[empty-body]
    """Return the blueprints for people and programs; every route in them declares its access."""


@hookspec
def register_nav() -> Sequence[specs.NavItem]:  # type: ignore[empty-body]
    """Return the lines this module adds to the menu."""


@hookspec
def register_widgets() -> Sequence[specs.Widget]:  # type: ignore[empty-body]
    """Return cards for the home pages."""


@hookspec
def register_slots() -> Sequence[specs.Slot]:  # type: ignore[empty-body]
    """Return contributions to named places in other modules' pages."""


@hookspec
def register_jobs() -> Sequence[specs.Job]:  # type: ignore[empty-body]
    """Return the kinds of background work this module can run."""


@hookspec
def register_events() -> Sequence[type[Event]]:  # type: ignore[empty-body]
    """Return the events this module tells of."""


@hookspec
def register_handlers() -> Sequence[specs.Handler]:  # type: ignore[empty-body]
    """Return what this module does when something has happened, here or in another module."""


@hookspec
def register_notifications() -> Sequence[specs.Notification]:  # type: ignore[empty-body]
    """Return what this module tells people of, in the program and by mail."""


@hookspec
def register_channels() -> Sequence[specs.Channel]:  # type: ignore[empty-body]
    """Return further ways on which people can be told."""


@hookspec
def register_incoming_webhooks() -> Sequence[specs.IncomingWebhook]:  # type: ignore[empty-body]
    """Return what this module takes from other programs that post to an address of ours."""


@hookspec
def register_topics() -> Sequence[specs.Topic]:  # type: ignore[empty-body]
    """Return what pages of this module can listen to while they are open."""


@hookspec
def register_exchanges() -> Sequence[Any]:  # type: ignore[empty-body]
    """Return the files this module can import."""


@hookspec
def register_document_kinds() -> Sequence[specs.DocumentKind]:  # type: ignore[empty-body]
    """Return the kinds of documents that are kept on people, companies, units, positions and employments."""


@hookspec
def register_country() -> Any:
    """Return a country pack: components, parameters, functions, identifiers, calendars and file formats."""


@hookspec
def register_numbers() -> Sequence[specs.NumberKind]:  # type: ignore[empty-body]
    """Return the kinds of documents this module numbers, each with the pattern it brings along."""


@hookspec
def register_letters() -> Sequence[specs.LetterKind]:  # type: ignore[empty-body]
    """Return the letters about people that this module can have issued."""


@hookspec
def register_task_kinds() -> Sequence[specs.TaskKind]:  # type: ignore[empty-body]
    """Return the questions of this module that people decide, whomever the lists name."""


@hookspec
def register_kpi_sources() -> Sequence[KpiSource]:  # type: ignore[empty-body]
    """Return the numbers this module can tell of a period, for figures that people are measured by."""


@hookspec
def register_commands() -> Sequence[specs.CommandSpec]:  # type: ignore[empty-body]
    """Return commands for ``remit`` on the command line."""


# -- choose: a decision, the first answer wins --------------------------------------------------------------------


@hookspec(firstresult=True)
def choose_landing(session: Session, actor: Actor) -> str | None:
    """Return the endpoint an actor lands on after sign-in, or None to leave it to others."""


@hookspec(firstresult=True)
def choose_number(session: Session, actor: Actor, ask: specs.NumberAsk) -> str | None:
    """Return the number of the document that is being issued, or None to leave it to others."""


@hookspec(firstresult=True)
def choose_file_store(config: Config, url: str) -> Store | None:
    """Return the file store behind the address of ``REMIT_FILES_URL``, or None to leave it to others."""


@hookspec(firstresult=True)
def choose_lead_desk(session: Session) -> LeadDesk | None:
    """Return the desk where bridges to other programs bring leads and fetch them, or None to leave it to others."""


# -- check: inside the transaction, before a change ---------------------------------------------------------------


@hookspec
def check_change(session: Session, actor: Actor, change: specs.Change) -> None:
    """Object to a change another module is about to make by raising ``DomainError``."""


@hookspec
def check_upload(upload: specs.Upload) -> None:
    """Look at an uploaded file before anybody can open it; refuse it by raising ``DomainError``."""


# -- on: after commit ---------------------------------------------------------------------------------------------


@hookspec
def on_module_switched(session: Session, name: str, on: bool) -> None:
    """Act on a module having been switched on or off, in a transaction of its own."""


# -- give: a question to all modules ------------------------------------------------------------------------------


@hookspec
def give_pay_inputs(session: Session, ask: Ask) -> Table | None:
    """Return amounts and quantities that pay components take as inputs, per employment."""


@hookspec
def give_pay_pages(session: Session, actor: Actor, ask: PayPagesAsk) -> Sequence[PayPage] | None:
    """Return the pages that tell where inputs of somebody's pay come from, those that the actor may open."""


@hookspec
def give_people_costs(session: Session, actor: Actor, ask: PeopleCostAsk) -> PeopleCost | None:
    """Return what the people of some units cost, as far as the actor may know it; None where he may know nothing."""


@hookspec
def give_kpi_values(session: Session, ask: KpiAsk) -> Table | None:
    """Return what sources of this module were in a period, for many employments, units or companies."""


@hookspec
def give_kpi_rows(session: Session, actor: Actor, ask: KpiRowsAsk) -> KpiRows | None:
    """Return the things behind one number of a source, those of them that the actor may see."""


@hookspec
def give_outcomes(session: Session, ask: Ask) -> Table | None:
    """Return the final scores of many employments for a period, and what was confirmed to follow from them."""


@hookspec
def give_leave_entitlements(session: Session, ask: LeaveAsk) -> Table | None:
    """Return the days of leave that a law gives many employments for a year, by the code of the type of leave."""


@hookspec
def give_absences(session: Session, ask: Ask) -> Spans | None:
    """Return when many employments are away in a period: leave and business trips that are settled."""


@hookspec
def give_busy_times(session: Session, ask: Ask) -> Spans | None:
    """Return when many employments have something else to do in a period: leave, trips, overtime, appointments."""


@hookspec
def give_overtime_law(session: Session, country: str, day: date) -> OvertimeLaw | None:
    """Return what the law of a country says of overtime on a day: what it is paid, what bounds it."""


@hookspec
def give_demo(session: Session, demo: Any) -> None:
    """Write this module's part of the demo company."""
