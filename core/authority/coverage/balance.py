"""Responsibility and authority go together: C10, one without the other."""

from __future__ import annotations

from collections.abc import Iterator

from core.authority.coverage.finding import Finding, list_of, named, place_of, units_of
from core.authority.coverage.world import EntryRow, KpiRow, PostRow, World
from core.base.text import catalogue, listed

_ = catalogue("authority")


def unbalanced(world: World) -> Iterator[Finding]:
    """C10 position by position: what it answers for or is measured by without an entry, and entries for no duty.

    Codes of duties are those of one list, so an entry serves a duty of its own list only. The bootstrap entry of the
    first account is authority without any position.
    """
    entries: dict[int, list[EntryRow]] = {}
    for entry in world.entries:
        if entry.of_account:
            yield _bootstrap(world, entry)
        elif entry.position_id is not None and entry.effect == "grant":
            entries.setdefault(entry.position_id, []).append(entry)
    kpis: dict[int, list[KpiRow]] = {}
    for kpi in world.kpis:
        kpis.setdefault(kpi.position_id, []).append(kpi)
    for post in world.posts.values():
        yield from _of_post(world, post, entries.get(post.id, []), kpis.get(post.id, []))


def _bootstrap(world: World, entry: EntryRow) -> Finding:
    return Finding(
        "C10", "high", ("bootstrap", entry.code),
        _("The first account may do everything by its bootstrap entry, without a position or a duty."),
        list_of(world, entry.list_unit_id),
        _("Publish the lists of the units, then version 2 of the installation's own list, which ends it."),
        frozenset({entry.list_unit_id}), entries=(entry.code,),
    )


def _of_post(
    world: World, post: PostRow, entries: list[EntryRow], measured: list[KpiRow]
) -> Iterator[Finding]:
    served = {(entry.list_unit_id, entry.duty_code) for entry in entries if entry.duty_code is not None}
    duties = [
        duty for duty in world.duties_of.get(post.id, ())
        if duty.raci == "A" and (duty.list_unit_id, duty.code) not in served
    ]
    kpis = [
        kpi for kpi in measured
        if kpi.duty_code is not None and (kpi.list_unit_id, kpi.duty_code) not in served
    ]
    idle = [entry for entry in entries if entry.duty_code is None]
    said = {"post": named(post)}
    here = (place_of(world, post.unit_id),)
    if duties:
        codes = tuple(duty.code for duty in duties)
        yield Finding(
            "C10", "medium", ("duty", post.code, *codes),
            _("{post} answers for duties that no entry serves: {duties}.",
              duties=listed([duty.text for duty in duties]), **said),
            *here, _("Give the position an entry that names the duty, or let another answer for it."),
            frozenset({post.unit_id, *(duty.list_unit_id for duty in duties)}), world.units[post.unit_id], post,
            entries=codes,
        )
    if kpis:
        codes = tuple(kpi.code for kpi in kpis)
        yield Finding(
            "C10", "medium", ("kpi", post.code, *codes),
            _("{post} is assessed by {codes}, and no entry serves the duty behind.", codes=listed(codes), **said),
            *here, _("Give the position an entry that names the duty, or assess it by something it can move."),
            frozenset({post.unit_id, *(kpi.list_unit_id for kpi in kpis)}), world.units[post.unit_id], post,
            entries=codes,
        )
    if idle:
        codes = tuple(entry.code for entry in idle)
        yield Finding(
            "C10", "low", ("entry", post.code, *codes),
            _("{post} has the entries {codes}, which serve no duty.", codes=listed(codes), **said),
            *here, _("Name the duty each of them serves, or take it out of the list."), units_of([post], idle),
            world.units[post.unit_id], post, entries=codes,
        )
