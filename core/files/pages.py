"""Handing out the content behind a signed link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.http import parse_range_header

from core.access.declare import signed_in
from core.base.actor import Actor
from core.base.text import catalogue
from core.files import blob, links, sniff
from core.files.models import File
from core.files.service import open_file
from core.web.blueprints import ModuleBlueprint
from core.web.headers import disposition
from core.web.pages import Page, page
from core.web.visit import after_response

_ = catalogue("files")

blueprint = ModuleBlueprint("files", __name__, url_prefix="/files")

CHUNK = 256 * 1024
#: What a file may do in the browser: nothing. A PDF is drawn by a part of the browser that a sandbox would keep out.
SANDBOX = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
PLAIN = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"


@blueprint.get("/<id:file_id>/<name>")
@signed_in
def content(session: Session, actor: Actor, file_id: int, name: str) -> Page | Response:
    """The file, whole or in part, for whom the link was made; who looked is recorded."""
    asked = links.Asked(
        file_id, name, request.args.get("as", ""), request.args.get("until", 0, type=int),
        request.args.get("signature", ""),
    )
    file = session.get(File, file_id) if links.holds(session, actor, asked) else None
    if file is None:
        return page("files/expired.html", status=403, title=_("This link does not open anything"))
    stream = open_file(session, file)
    if request.method == "HEAD":
        stream.close()
    elif not links.recorded(session, file):
        number = file.id
        after_response(session, lambda later: links.record(later, actor, later.get_one(File, number), ""))
    return deliver(file, stream, inline=asked.disposition == links.INLINE)


def deliver(file: File, stream: BinaryIO, *, inline: bool = False) -> Response:
    """The answer that hands out a file: its type and name, the part that was asked for, and what it may not do."""
    shown = inline and file.content_type in sniff.INLINE
    start, stop, status = 0, file.size, 200
    wanted = parse_range_header(request.headers.get("Range"))
    if wanted is not None and wanted.units == "bytes" and len(wanted.ranges) == 1:
        bounds = wanted.range_for_length(file.size)
        if bounds is None:
            stream.close()
            return Response(status=416, headers={"Content-Range": f"bytes */{file.size}"})
        start, stop, status = *bounds, 206
    body = b"" if request.method == "HEAD" else _parts(stream, start, stop)
    kind = f"{file.content_type}; charset=utf-8" if file.content_type in (sniff.TEXT, sniff.CSV) else file.content_type
    response = Response(body, status=status, content_type=kind)
    if file.content_type in (sniff.HTML, sniff.SVG, sniff.PROGRAM):
        response.content_type = sniff.OTHER
    response.content_length = stop - start
    if status == 206:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Disposition"] = disposition(file.name, inline=shown)
    response.headers["Content-Security-Policy"] = PLAIN if shown and file.content_type == sniff.PDF else SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store" if file.personal else "private, max-age=300"
    return response


def _parts(stream: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
    with stream:
        stream.seek(start)
        left = stop - start
        while left > 0 and (part := stream.read(min(CHUNK, left))):
            left -= len(part)
            yield part
    if left:
        raise blob.DamagedFile  # the browser sees that the answer broke off
