"""Mail servers with a certificate, by STARTTLS and SMTPS: trusted or not, with a password or not."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.base.text import use_locale
from tests.core.notify.conftest import World
from tests.core.notify.sink import Sink

LOGIN = ("remit", "pa ss/wort:1")


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A server's side of TLS with a certificate of its own for a name; ``folder / "cert.pem"`` is what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paper, secret = folder / "cert.pem", folder / "key.pem"
    paper.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paper, secret)
    return context


@contextmanager
def serving(world: World, scheme: str, context: ssl.SSLContext | None, login: tuple[str, str] | None) -> Iterator[Sink]:
    """The house sends to a server of this kind."""
    sink = Sink(certificate=context, scheme=scheme, login=login)
    world.house = replace(world.house, config=replace(world.house.config, smtp_url=sink.url))
    try:
        yield sink
    finally:
        sink.close()


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate that this computer trusts, as an operator with an authority of his own lets it."""
    made = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    return made


def failure(world: World) -> str:
    with use_locale("en"):
        return str(world.deliveries()[0].failure)


@pytest.mark.parametrize("scheme", ["starttls", "smtps"])
@pytest.mark.parametrize("login", [None, LOGIN])
def test_a_mail_leaves_encrypted(
    world: World, trusted: ssl.SSLContext, scheme: str, login: tuple[str, str] | None
) -> None:
    with serving(world, scheme, trusted, login) as sink:
        world.tell("trial.plain", "ada", "bo")
        world.run()
        assert sink.secure == [True, True]
        assert sink.logins == ([login] if login else []), "one connection for both"
        assert sink.connections == 1
    assert world.states() == ["done", "done"]


@pytest.mark.parametrize("scheme", ["starttls", "smtps"])
@pytest.mark.parametrize("name", ["localhost", "mail.example"])
def test_a_certificate_that_is_not_trusted_or_of_another_gets_no_mail_and_no_password(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, name: str
) -> None:
    context = certificate(tmp_path, name)
    if name != "localhost":
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with serving(world, scheme, context, LOGIN) as sink:
        world.tell("trial.plain", "ada")
        world.run()
        assert (sink.seen, sink.logins) == ([], [])
    assert world.states() == ["waiting"]
    assert failure(world) == "The certificate of the mail server is not one that this computer trusts."


def test_a_server_that_does_not_offer_starttls_gets_no_mail_and_no_password(world: World) -> None:
    with serving(world, "starttls", None, LOGIN) as sink:
        world.tell("trial.plain", "ada")
        world.run()
        assert (sink.seen, sink.logins) == ([], [])
    assert world.states() == ["waiting"]
    assert failure(world) == "The mail server does not offer STARTTLS."


@pytest.mark.parametrize("scheme", ["starttls", "smtps"])
def test_a_wrong_password_is_said(world: World, trusted: ssl.SSLContext, scheme: str) -> None:
    with serving(world, scheme, trusted, LOGIN) as sink:
        sink.login = ("remit", "another")
        world.tell("trial.plain", "ada")
        world.run()
        assert sink.seen == []
    assert failure(world) == "The mail server does not take the user name and password."
