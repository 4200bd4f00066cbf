"""The audit log on the command line: verifying it, showing it to others, who looked at whose data, erasing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core import config as configuration
from core.access.calls import require
from core.audit import checkpoints, erasing, proofs, verify
from core.audit.actions import ERASE, READ
from core.audit.history import looks, names, own_looks
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.cli.acting import Desk, acting, opened, plain, ready
from core.cli.outcome import DONE
from core.db.types import keys_of
from core.kernel.house import of
from core.org.services import person_by_number

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from sqlalchemy.orm import Session

    from core.audit.models import AuditEntry

_ = catalogue("cli")

#: The log does not fit: a code of its own, so that nobody takes it for a check that did not run.
DOES_NOT_FIT = 3
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify", help="Check that the audit log is what it was, and what was signed.")
@click.option("--from-checkpoint", "kept", type=FILE, multiple=True,
              help="A file of checkpoints that was kept elsewhere; by default checkpoints.log of the installation.")
@click.option("--export", "exported", type=FILE, help="Check this export instead of the database.")
@click.option("--key", "key_file", type=FILE, help="The public key, audit.pub; by default that of the installation.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@plain
def audit_verify(kept: tuple[Path, ...], exported: Path | None, key_file: Path | None, as_json: bool) -> None:
    """Reads only. Ends with 3 and the first entry that does not fit."""
    if exported is not None and key_file is None:
        raise DomainError("audit.key", _("Name the public key for an export: --key audit.pub."))
    key = checkpoints.public_key(key_file) if key_file is not None else None
    others = [one for path in kept for one in checkpoints.read_file(path)]
    if exported is not None and key is not None:
        report = verify.export(exported, key, others)
    else:
        report = _of_database(key, others, own_file=not kept)
    told = _told(report)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif report.finding is not None:
        click.echo(str(report.finding.message), err=True)
    else:
        _say(report)
    sys.exit(DONE if report.finding is None else DOES_NOT_FIT)


def _of_database(
    key: Ed25519PublicKey | None, others: list[checkpoints.Checkpoint], *, own_file: bool
) -> verify.Report:
    house = ready(opened(configuration.load(), pages=False))
    path = house.config.instance / checkpoints.LOG
    if own_file and path.is_file():
        others = list(checkpoints.read_file(path))
    with house.session(Actor.system("the audit log is verified")) as session:
        return verify.database(session, key or checkpoints.signing_key(keys_of(session)).public_key(), others)


def _say(report: verify.Report) -> None:
    click.echo(str(_(
        "{count} entry fits, and {signed} signed checkpoints over them.",
        "{count} entries fit, and {signed} signed checkpoints over them.",
        count=report.entries, signed=report.checkpoints,
    )))  # fmt: skip
    if report.erased:
        click.echo(str(_(
            "The values of {count} of them are gone, as the record of their erasure says.",
            "The values of {count} of them are gone, as the records of their erasure say.", count=report.erased,
        )))  # fmt: skip
    if report.waiting:
        click.echo(str(_("{count} more wait for their place.", count=report.waiting)))
    if not report.checkpoints:
        click.echo(str(_("Nothing is signed yet: an entry that was rewritten together with the tree would not show.")))


def _told(report: verify.Report) -> dict[str, Any]:
    found = report.finding
    return {
        "fits": found is None, "seq": found.seq if found else None, "code": found.code if found else None,
        "message": str(found.message) if found else None, "entries": report.entries, "root": report.root,
        "checkpoints": report.checkpoints, "erased": report.erased, "waiting": report.waiting,
    }  # fmt: skip


@click.command("prove", help="Prove that an entry stands in the log: the way from it to a signed root, as JSON.")
@click.argument("entry", type=int)
@acting
def audit_prove(desk: Desk, entry: int) -> None:
    """ENTRY is the number of a row of the log."""
    with desk.session() as session:
        told = proofs.prove(session, desk.actor, entry)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


@click.command("export", help="Write the log and its checkpoints as JSON lines, without values, for a verifier.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; standard output by default.")
@acting
def audit_export(desk: Desk, out: Path | None) -> None:
    """That it was exported is recorded first."""
    with desk.session(write=True) as session:
        proofs.record_export(session, desk.actor)
    count = 0
    target = str(out) if out is not None else "-"
    with click.open_file(target, "w", encoding="utf-8") as file, desk.session() as session:
        for line in proofs.export(session, desk.actor):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += line["type"] == "leaf"
    if out is not None:
        desk.say(_("{count} entry: {file}", "{count} entries: {file}", count=count, file=out))
        desk.result({"entries": count, "file": str(out)})


@click.command("who-looked-at", help="Who opened masked fields of an employee, when and what for.")
@click.argument("employee")
@click.option("--group", help="Only these fields: identity, bank, pay, and what modules add.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many, newest first.")
@acting
def audit_who_looked_at(desk: Desk, employee: str, group: str | None, limit: int) -> None:
    """One's own number needs no authority."""
    with desk.session() as session:
        if desk.actor.person_id is None:
            require(session, desk.actor, READ)
        person = person_by_number(session, desk.actor, employee)
        if desk.actor.person_id == person.id:
            found = own_looks(session, desk.actor, group=group, limit=limit)
        else:
            require(session, desk.actor, READ)
            found = looks(session, desk.actor, person.id, group=group, limit=limit)
        told = _looks(session, found)
    if not told:
        desk.say(_("Nobody did, as far as you may see."))
    else:
        desk.table(
            [_("When"), _("Who"), _("Fields"), _("What for")],
            [[one["at"], one["who"] or "–", one["fields"], one["purpose"] or "–"] for one in told],
        )
    desk.result(told)


def _looks(session: Session, found: Any) -> list[dict[str, Any]]:
    entries: list[AuditEntry] = list(found)
    people = names(session, {one.account_id for one in entries if one.account_id is not None})
    groups = {group.name: group.title for resource in of(session).registry.resource_types.values()
              for group in resource.groups}
    told = []
    for one in entries:
        group = str((one.after or {}).get("group", ""))
        told.append({
            "entry": one.id, "at": one.at.isoformat(timespec="seconds"), "account": one.account_id,
            "who": people.get(one.account_id or 0), "group": group, "fields": str(groups.get(group, group)),
            "purpose": one.reason, "cited": one.entry,
        })  # fmt: skip
    return told


@click.command("erase", help="Erase what the log says about an employee; who did what and when stays.")
@click.argument("employee")
@click.option("--reason", required=True, help="Why; it is kept in the log.")
@acting
def audit_erase(desk: Desk, employee: str, reason: str) -> None:
    """It cannot be undone; the log can be verified as before."""
    with desk.session(write=True) as session:
        require(session, desk.actor, ERASE)
        person = person_by_number(session, desk.actor, employee)
        count = erasing.erase(session, desk.actor, person.id, reason)
    desk.say(_("The values of {count} entry are gone.", "The values of {count} entries are gone.", count=count))
    desk.result({"entries": count})
