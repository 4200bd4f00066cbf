"""The states of a run and the moves between them, as data."""

from __future__ import annotations

#: state -> the states it may move to. A locked run never changes again.
MOVES: dict[str, tuple[str, ...]] = {
    "draft": ("calculated",),
    "calculated": ("calculated", "reviewed"),
    "reviewed": ("calculated", "approved"),
    "approved": ("calculated", "paid"),
    "paid": ("published",),
    "published": ("locked",),
    "locked": (),
}

ORDER = tuple(MOVES)


def may_move(state: str, to: str) -> bool:
    """Whether a run may move from one state to another."""
    return to in MOVES.get(state, ())


def reached(state: str, at_least: str) -> bool:
    """Whether a run has come as far as a state."""
    return ORDER.index(state) >= ORDER.index(at_least)
