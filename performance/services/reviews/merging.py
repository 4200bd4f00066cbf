"""What the answers of a cycle come to, put together once, so that no page ever reads those of peers one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.models import Review, ReviewAnswer, ReviewCycle, ReviewSection
from performance.rules.reviewing import PARTS, UNNAMED, mean, overall, told
from performance.services.reviews.forms import form_of, sections_of
from performance.text_reviews import GIVEN, NAMED
from remit.services import system


def work_out(session: Session, cycle: ReviewCycle) -> None:
    """Write what everybody's review of a cycle comes to, with what each part said; a part that may not be told leaves
    nothing in it but that it is withheld."""
    sections = sections_of(session, form_of(session, cycle.form_id))
    weights = {part: getattr(cycle, f"{part}_weight") for part in PARTS}
    with system(session, "what the answers of a cycle come to"):
        reviews = session.scalars(select(Review).where(Review.cycle_id == cycle.id).order_by(Review.id)).all()
        answers: dict[int, dict[str, list[ReviewAnswer]]] = {}
        asked: dict[int, set[str]] = {}
        for row in session.scalars(
            select(ReviewAnswer).join(Review, Review.id == ReviewAnswer.review_id)
            .where(Review.cycle_id == cycle.id, ReviewAnswer.state != NAMED)
        ):  # fmt: skip
            asked.setdefault(row.review_id, set()).add(row.part)
            if row.state == GIVEN:
                answers.setdefault(row.review_id, {}).setdefault(row.part, []).append(row)
        for review in reviews:
            mine = answers.get(review.id, {})
            found = overall({part: [one.rating or 0 for one in rows] for part, rows in mine.items()}, weights)
            review.rating = review.final = found.rating
            contents = {
                part: [one.content or {} for one in rows] for part, rows in mine.items() if told(part, len(rows))
            }
            review.grounds = {
                "parts": found.parts, "withheld": [
                    part for part in PARTS if part in UNNAMED & asked.get(review.id, set()) - contents.keys()],
            } | _merged(sections, contents)  # fmt: skip
        session.flush()


def _merged(sections: Sequence[ReviewSection], contents: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Means of ratings and texts by part and section. Texts of those who are not named stand in the order of their
    words, and only where enough of them wrote something there."""
    ratings: dict[str, dict[str, int]] = {}
    texts: dict[str, dict[str, list[str]]] = {}
    for part, rows in contents.items():
        for section in sections:
            key = str(section.id)
            if section.kind == "rating":
                ratings.setdefault(part, {})[key] = mean([int(one[key]) for one in rows])
                continue
            words = [one[key] for one in rows if one.get(key)]
            if words and told(part, len(words)):
                texts.setdefault(part, {})[key] = sorted(words) if part in UNNAMED else words
    return {"ratings": ratings, "texts": texts}
