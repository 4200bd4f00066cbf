"""Handing mails to the mail server, over one connection for many.

``REMIT_SMTP_URL`` is ``smtp://host:25``, ``starttls://user:password@host:587`` or ``smtps://user:password@host:465``.
The mark that a mail is being handed over is set after the server took the recipient and before it gets the mail.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from core.base.text import Text, catalogue
from core.config import SettingError
from core.notify import mail
from core.notify.outgoing import Outgoing, Refused, Temporary, Unreachable

if TYPE_CHECKING:
    from core.config import Config
    from core.kernel.house import House

_ = catalogue("notify")

#: A server that says nothing for so many seconds is not there.
TIMEOUT = 30.0
PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
#: ``session_info`` key for a shorter patience, for tests of servers that hang.
PATIENCE = "smtp_timeout"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as ``REMIT_SMTP_URL`` names it; the password is never shown."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> Server:
        """Read the setting. Raises ``SettingError``, which does not repeat the password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise SettingError("REMIT_SMTP_URL", "the port is not a number from 1 to 65535") from None
        if parts.scheme not in PORTS or not parts.hostname:
            raise SettingError("REMIT_SMTP_URL", "write it as smtp://, starttls:// or smtps:// and a host")
        if parts.username and parts.scheme == "smtp" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise SettingError("REMIT_SMTP_URL", "a password is only sent over starttls:// or smtps://")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname, port or PORTS[parts.scheme], user, password)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.user + '@' if self.user else ''}{self.host}:{self.port}"


def missing(house: House) -> Text | None:
    """Why no mail can be sent here; None: it can."""
    config: Config = house.config
    if not config.smtp_url:
        return _("Not sent: there is no mail server. Set REMIT_SMTP_URL.")
    if not config.mail_from:
        return _("Not sent: there is no sender. Set REMIT_MAIL_FROM.")
    if not config.base_url:
        return _("Not sent: links would lead nowhere. Set REMIT_BASE_URL.")
    return None


@contextmanager
def connected(house: House) -> Iterator[Callable[[Outgoing], None]]:
    """One connection and the function that hands a mail over on it. Raises ``Unreachable``."""
    server = Server.of(house.config.smtp_url)
    connection = _connect(server, float(house.session_info.get(PATIENCE, TIMEOUT)))
    try:
        yield lambda outgoing: _hand_over(connection, house.config, outgoing)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()
        connection.close()


def _connect(server: Server, timeout: float) -> smtplib.SMTP:
    try:
        if server.scheme == "smtps":
            made: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=timeout, context=ssl.create_default_context()
            )
        else:
            made = smtplib.SMTP(server.host, server.port, timeout=timeout)
        try:
            if server.scheme == "starttls":
                made.starttls(context=ssl.create_default_context())
            if server.user:
                made.login(server.user, server.password)
            made.ehlo_or_helo_if_needed()
        except BaseException:
            made.close()
            raise
        return made
    except smtplib.SMTPAuthenticationError as error:
        raise Unreachable(_("The mail server does not take the user name and password."), error.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        raise Unreachable(_not_offered(server)) from None
    except ssl.SSLError:
        raise Unreachable(_("The certificate of the mail server is not one that this computer trusts.")) from None
    except (TimeoutError, smtplib.SMTPServerDisconnected):
        raise Unreachable(_("The mail server does not answer.")) from None
    except (OSError, smtplib.SMTPException):
        raise Unreachable(_("The mail server cannot be reached.")) from None


def _not_offered(server: Server) -> Text:
    if server.scheme == "starttls":
        return _("The mail server does not offer STARTTLS.")
    return _("The mail server does not offer signing in.")


def _hand_over(connection: smtplib.SMTP, config: Config, outgoing: Outgoing) -> None:
    made = mail.build(outgoing, config)
    sender = mail.address_of(config.mail_from).addr_spec
    recipient = mail.address_of(outgoing.address).addr_spec
    try:
        _expect(connection, connection.mail(sender), recipient=False)
        _expect(connection, connection.rcpt(recipient), recipient=True)
        outgoing.mark()
        _expect(connection, connection.data(made.as_bytes()), recipient=False)
    except smtplib.SMTPDataError as error:
        _refuse(connection, error.smtp_code, recipient=False)
    except (smtplib.SMTPServerDisconnected, OSError):
        connection.close()
        raise Unreachable(_("The connection to the mail server broke.")) from None
    except smtplib.SMTPException:
        raise Temporary(_("The mail server answered what nobody understands.")) from None
    except BaseException:
        with suppress(OSError, smtplib.SMTPException):
            connection.rset()
        raise


def _expect(connection: smtplib.SMTP, answer: tuple[int, Any], *, recipient: bool) -> None:
    if not 200 <= answer[0] < 300:
        _refuse(connection, answer[0], recipient=recipient)


def _refuse(connection: smtplib.SMTP, code: int, *, recipient: bool) -> None:
    """What an answer of the server means. Its words may repeat the address, so only the number is kept."""
    with suppress(OSError, smtplib.SMTPException):
        connection.rset()
    if code == 421:
        connection.close()
        raise Unreachable(_("The mail server is closing down ({code}).", code=code), code)
    if 500 <= code < 600 and recipient:
        raise Refused(_("The mail server does not take mail for this address ({code}).", code=code), code, address=True)
    if 500 <= code < 600 and code in (552, 554):
        raise Refused(_("The mail server does not take this mail ({code}).", code=code), code)
    raise Temporary(_("The mail server asks to try again later ({code}).", code=code), code)
