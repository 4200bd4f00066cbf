"""A message as mail: one set of blocks, of which the text and the HTML part are both made.

Names of people and companies get into headers, so control characters are taken out of them; the library refuses what
is left over. The Message-ID comes from the notification and never changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jinja2

from core.base import clock
from core.base.text import Text, catalogue, current_locale, use_locale
from core.notify.outgoing import Outgoing, Refused, Told

if TYPE_CHECKING:
    from core.config import Config

_ = catalogue("notify")

TEMPLATES = Path(__file__).parent / "templates" / "notify"
#: Where a reader changes what he gets.
PREFERENCES = "/account/notifications"
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]+@[^\s@<>\"(),:;\\\[\]]+\.[^\s@<>\"(),:;\\\[\]]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a mail: ``title``, ``text``, ``button`` (with ``url``), ``choices`` (words and addresses of several
    buttons, the likeliest first), ``note``, ``link``.
    """

    kind: str
    text: str
    url: str = ""
    choices: tuple[tuple[str, str], ...] = ()


def build(outgoing: Outgoing, config: Config, company: str = "") -> EmailMessage:
    """The whole mail in the reader's language. Raises ``Refused`` for an address that cannot be one."""
    with use_locale(outgoing.addressee.locale):
        blocks = list(blocks_of(outgoing, config))
        subject = subject_of(outgoing)
        company = company or config.company
        made = EmailMessage(policy=policy.SMTP)
        sender = address_of(config.mail_from, plain(company) or "Remit")
        made["From"] = sender
        made["To"] = address_of(outgoing.address, plain(outgoing.addressee.name))
        made["Subject"] = plain(subject)
        made["Date"] = format_datetime(moment_of(outgoing))
        made["Message-ID"] = f"<{outgoing.message_id}@{domain(config)}>"
        made["Auto-Submitted"] = "auto-generated"
        made["Precedence"] = "bulk"
        made["X-Auto-Response-Suppress"] = "All"
        if outgoing.off_url:
            made["List-Unsubscribe"] = f"<{outgoing.off_url}>"
            made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        text = text_of(blocks)
        encoding = "quoted-printable" if text.isascii() else "base64"
        made.set_content(text, cte=encoding)
        made.add_alternative(html_of(blocks, subject, company), subtype="html", cte=encoding)
        made["Content-Language"] = current_locale().replace("_", "-")  # setting the content takes such headers away
        made.set_boundary(f"=_remit_{re.sub(r'[^A-Za-z0-9]', '_', outgoing.message_id)}")
    return made


def subject_of(outgoing: Outgoing) -> str:
    """The subject: what happened, or how much was collected."""
    if len(outgoing.told) == 1:
        return str(outgoing.told[0].row.title)
    return str(_("{count} notification", "{count} notifications", count=len(outgoing.told)))


def blocks_of(outgoing: Outgoing, config: Config) -> Iterator[Block]:
    """What the mail says, in order."""
    yield Block("text", str(_("Hello {name},", name=plain(outgoing.addressee.name))))
    several = len(outgoing.told) > 1
    if several:
        yield Block("text", str(_("This was collected for you:")))
    for told in outgoing.told:
        if several:
            yield Block("title", str(told.row.title))
        yield from _of_one(told, config, several)
    yield Block("note", str(_reason(outgoing)))
    yield Block("link", str(_("Choose what you are told of")), f"{config.base_url}{PREFERENCES}")
    if outgoing.off_url:
        off = _("Switch this kind off") if len({one.kind.name for one in outgoing.told}) == 1 else _("Switch these off")
        yield Block("link", str(off), outgoing.off_url)


def _of_one(told: Told, config: Config, several: bool) -> Iterator[Block]:
    if not several:
        yield Block("title", str(told.row.title))
    for line in told.row.words:
        yield Block("text", str(line))
    if told.instead_of:
        yield Block("text", str(_(
            "You get this because {name} has not read it in time and you stand in for {name}.",
            name=plain(told.instead_of),
        )))  # fmt: skip
    if not told.row.link:
        return
    look = f"{config.base_url}/notifications/{told.row.id}/open"
    if told.offer is None or several:
        yield Block("button", str(told.row.button or _("Open")), look)
        return
    ways = tuple((str(words), f"{config.base_url}{path}") for words, path in told.offer.ways)
    yield Block("choices", "", choices=(*ways, (str(_("Look at it")), look)))
    yield Block("text", str(told.offer.note))


def _reason(outgoing: Outgoing) -> Text:
    if len(outgoing.told) > 1:
        return _("Remit sent this by itself, because you have notifications collected. Nobody reads answers to it.")
    kind = outgoing.told[0].kind
    if kind.fixed is not None:
        return _(
            "Remit sent this by itself. “{kind}” cannot be switched off: {why} Nobody reads answers to this mail.",
            kind=kind.title, why=kind.fixed,
        )  # fmt: skip
    return _(
        "Remit sent this by itself, because you are told of “{kind}”. Nobody reads answers to it.", kind=kind.title
    )


def text_of(blocks: list[Block]) -> str:
    """The plain part: the same blocks, links written out."""
    lines: list[str] = []
    colon = _(": ")
    for block in blocks:
        if block.kind == "note":
            lines += ["-- ", block.text]
        elif block.kind == "link":
            lines.append(f"{block.text}{colon}{block.url}")
        elif block.kind == "choices":
            lines += [*(f"{words}{colon}{url}" for words, url in block.choices), ""]
        elif block.kind == "button":
            lines += [f"{block.text}{colon}{block.url}", ""]
        else:
            lines += [block.text, ""]
    return "\n".join(lines) + "\n"


def html_of(blocks: list[Block], subject: str, company: str) -> str:
    """The HTML part."""
    language = "zh-CN" if current_locale() == "zh_CN" else "en"
    return _template().render(blocks=blocks, subject=subject, company=company, language=language)


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )
    return found.get_template("mail.html")


def plain(text: str) -> str:
    """A name or subject that may stand in a header: one line, nothing that controls."""
    harmless = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    return re.sub(r"\s+", " ", harmless).strip()


def address_of(address: str, name: str = "") -> Address:
    """An address for a header. Raises ``Refused`` where it cannot be one."""
    local, _at, host = address.strip().rpartition("@")
    try:
        host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        host = ""
    whole = f"{local}@{host}"
    if not _ADDRESS.fullmatch(whole) or not local.isascii() or len(whole) > 254:
        raise Refused(_("The address cannot be one; it needs a name, an @ and a domain."), address=True)
    try:
        return Address(display_name=name, addr_spec=whole)
    except Exception:
        raise Refused(_("The address cannot be one; it needs a name, an @ and a domain."), address=True) from None


def domain(config: Config) -> str:
    """What stands behind the @ of a Message-ID: that of the sender."""
    host = config.mail_from.rpartition("@")[2] or urlsplit(config.base_url).hostname or "remit.invalid"
    return re.sub(r"[^A-Za-z0-9.-]", "", host.encode("idna").decode() if not host.isascii() else host)


def moment_of(outgoing: Outgoing) -> datetime:
    """When the last of it happened."""
    return max((one.row.at for one in outgoing.told), default=clock.now())
