"""Approved staffing plans, of C15: posts that are set up, and people who hold them, beyond a quota of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.authority.coverage.finding import Finding, named
from core.authority.coverage.world import PostRow, World
from core.base.text import Text, catalogue, listed
from core.org import quotas
from core.org.quotas import Use

_ = catalogue("authority")

#: So many posts of a quota are named in a sentence; the page of the plan has them all.
NAMED = 6


def beyond(world: World) -> Iterator[Finding]:
    """C15: more places set up than a quota allows, and more people in them; the quota and its basis in the sentence.

    That people exceed a quota which the plan makes binding is serious: nobody else can be appointed there.
    """
    today = [hold for hold in world.holds if hold.start <= world.day < hold.end]
    for use in quotas.uses(world.quotas, world.units, world.posts.values(), today):
        posts = sorted((world.posts[one] for one in use.posts), key=lambda post: post.code)
        if use.planned > use.allowed:
            yield _finding(world, use, posts, "posts", _(
                "The staffing plan of {unit} approves {allowed} of “{what}” ({basis}); {planned} are set up: {posts}.",
                planned=use.planned, posts=_those(posts), **_said(world, use),
            ), _("Lower the headcount or the grade of posts, or have the plan approved anew."))
        if use.held > use.allowed:
            yield _finding(world, use, posts, "people", _(
                "The staffing plan of {unit} approves {allowed} of “{what}” ({basis}); {held} people hold one.",
                held=use.held, **_said(world, use),
            ), _("Transfer somebody to a post the plan has room for, or have the plan approved anew."))


def _said(world: World, use: Use) -> dict[str, object]:
    quota = use.quota
    basis: Text | str = quota.basis
    if quota.num is not None:
        basis = _("{num}:{den} of {base}, {basis}", num=quota.num, den=quota.den, base=use.base, basis=quota.basis)
    return {"unit": named(world.units[quota.unit_id]), "allowed": use.allowed, "what": quotas.what(quota),
            "basis": basis}


def _finding(
    world: World, use: Use, posts: Sequence[PostRow], kind: str, message: Text, remedy: Text
) -> Finding:
    quota = use.quota
    unit = world.units[quota.unit_id]
    serious = kind == "people" and quota.binding
    return Finding(
        "C15", "high" if serious else "medium",
        ("quota", unit.code, quota.category, str(quota.first), str(quota.last), kind), message, named(unit), remedy,
        frozenset({unit.id, *(post.unit_id for post in posts)}), unit,
    )


def _those(posts: Sequence[PostRow]) -> Text | str:
    told: list[Text] = [_("{title} ({code}) {count}", title=post.title, code=post.code, count=post.headcount)
                        for post in posts[:NAMED]]
    if len(posts) > NAMED:
        told.append(_("{count} more", count=len(posts) - NAMED))
    return listed(told)
