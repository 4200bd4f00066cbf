"""What a receiver cannot do to us, and where a webhook does not lead, whatever its address says."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.base.errors import DomainError
from core.config import Config, SettingError, load
from core.webhooks import calling
from core.webhooks.addresses import Reach, Unreachable, read_url, resolve
from core.webhooks.calling import Limits, Outcome, post
from tests.core.webhooks import receiver as bad
from tests.core.webhooks.receiver import Receiver, answers

HERE = Reach.read(["127.0.0.1"])
NOWHERE = Reach()
QUICK = Limits(connect=1, read=0.5, total=1.0)


def call(url: str, reach: Reach = HERE, limits: Limits = QUICK) -> Outcome:
    return post(url, {"webhook-id": "msg_1"}, b'{"a":1}', reach, limits=limits)


def names(monkeypatch: pytest.MonkeyPatch, **answers: list[str]) -> list[str]:
    """Let the system's resolver know some names of the test; returns what is asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def ask(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        name = str(host).replace(".", "_")
        if name in answers:
            asked.append(name)
            found = answers[name]
            one = found.pop(0) if name.endswith("turns") else None
            return [
                (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
                for each in ([one] if one else found)
            ]
        return real(host, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    return asked


# -- where it does not lead ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", [
    "127.0.0.1", "127.8.8.8", "127.1", "0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "0", "0.0.0.0",  # noqa: S104
    "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1",
    "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "168.63.129.16",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]",
    "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]",
    "[2002:7f00:1::]", "[2002:a00:1::]", "[2001:db8::1]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "①②⑦.⓪.⓪.①", "127.0.0.1.",
])  # fmt: skip
def test_addresses_inside_are_refused_however_they_are_written(host: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_url(f"https://{host}/hook", NOWHERE)
    assert refused.value.field == "url"


@pytest.mark.parametrize("host", [
    "8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "[2606:4700:4700::1111]", "[64:ff9b::808:808]",
    "[2002:808:808::1]", "example.com", "bücher.example",
])  # fmt: skip
def test_addresses_outside_are_not(host: str) -> None:
    assert read_url(f"https://{host}/hook", NOWHERE).secure


@pytest.mark.parametrize("url", [
    "", "hook", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "https://", "https:///hook",
    "https://user:secret@example.com/", "https://@example.com/", "https://example.com/#part", "http://example.com/",
    "https://exa mple.com/", "https://example.com:99999/", "https://example.com\n.evil/", "//example.com/",
    "https:example.com", "https://[::1/",
])  # fmt: skip
def test_what_is_no_address_is_refused_where_it_is_typed(url: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_url(url, NOWHERE)
    assert (refused.value.code, refused.value.field) == ("webhook.url", "url")


def test_what_is_allowed_is_reached_and_nothing_beside_it() -> None:
    some = Reach.read(["10.1.0.0/16", "erp.internal", "fd00::/8"])
    assert read_url("http://10.1.2.3/", some).port == 80
    assert read_url("http://erp.internal:8080/", some).named
    assert read_url("https://[fd00::5]/", some).port == 443
    assert some.reaches(ip_address("::ffff:10.1.2.3"))
    for url in ("http://10.2.0.1/", "https://10.2.0.1/", "https://127.0.0.1/", "http://other.internal/"):
        with pytest.raises(DomainError):
            read_url(url, some)


def test_a_name_with_any_address_inside_is_refused_and_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with bad.listening() as (port, seen):
        names(monkeypatch, inside_example=["127.0.0.1"], both_example=["93.184.215.14", "127.0.0.1"],
              six_example=["::ffff:127.0.0.1"], odd_example=["fe80::1%eth0"])  # fmt: skip
        for host in ("inside.example", "both.example", "six.example", "odd.example"):
            outcome = call(f"https://{host}:{port}/", NOWHERE)
            assert "private network" in str(outcome.error), host
            assert outcome.away
        assert seen == []


def test_a_name_is_resolved_once_and_what_was_looked_at_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that first answers with an address outside and then with one inside is never connected to inside."""
    with bad.listening() as (port, seen):
        asked = names(monkeypatch, rebind_turns=["192.0.2.77", "127.0.0.1", "127.0.0.1"])
        target = read_url(f"https://rebind.turns:{port}/", NOWHERE)
        with pytest.raises(Unreachable):
            resolve(target, NOWHERE, seconds=1)
        assert asked == ["rebind_turns"]
        asked.clear()
        documented = Reach.read(["192.0.2.0/24"])
        names(monkeypatch, rebind_turns=["192.0.2.77", "127.0.0.1", "127.0.0.1"])
        outcome = call(f"https://rebind.turns:{port}/", documented, Limits(connect=0.3, read=0.3, total=0.8))
        assert outcome.error is not None
        assert seen == []


def test_a_name_that_is_allowed_leads_inside_and_keeps_its_name(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    names(monkeypatch, erp_internal=["127.0.0.1"])
    outcome = call(f"http://erp.internal:{receiver.port}/hook?key=1", Reach.read(["erp.internal"]))
    assert (outcome.status, outcome.error) == (204, None)
    assert receiver.got[0].headers["host"] == f"erp.internal:{receiver.port}"
    assert receiver.got[0].path == "/hook?key=1"


def test_a_name_that_nobody_knows_or_that_does_not_resolve_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no machine called" in str(call("https://nowhere.invalid/", NOWHERE).error)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: time.sleep(3))
    began = time.monotonic()
    outcome = call("https://slow.example/", NOWHERE, Limits(resolve=0.2))
    assert "did not resolve in time" in str(outcome.error)
    assert time.monotonic() - began < 2


# -- what a receiver cannot do ----------------------------------------------------------------------------------------


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    with bad.listening() as (port, seen):
        for status in (301, 302, 307, 308):
            receiver.behave = answers(status, Location=f"http://127.0.0.1:{port}/admin")
            outcome = call(receiver.url)
            assert outcome.status == status
            assert "redirect" in str(outcome.error)
        assert seen == []


@pytest.mark.parametrize("make", [bad.hangs, bad.drips])
def test_who_says_nothing_or_a_byte_now_and_then_is_cut_off(receiver: Receiver, make: Callable[..., Any]) -> None:
    receiver.behave = make(receiver)
    began = time.monotonic()
    outcome = call(receiver.url)
    assert time.monotonic() - began < 2.5
    assert "did not answer within" in str(outcome.error)
    assert (outcome.status, outcome.away) == (None, True)


def test_who_never_stops_talking_is_cut_off_and_has_answered(receiver: Receiver) -> None:
    receiver.behave = bad.endless(receiver)
    began = time.monotonic()
    outcome = call(receiver.url)
    assert time.monotonic() - began < 2.5
    assert (outcome.status, outcome.error) == (200, None)
    assert outcome.answer == "a" * 512


def test_who_closes_the_line_has_not_answered(receiver: Receiver) -> None:
    receiver.behave = bad.closes
    assert "closed the connection" in str(call(receiver.url).error)


def test_nobody_at_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = call(f"http://127.0.0.1:{port}/")
    assert str(outcome.error) == "It could not be connected to."
    assert outcome.away


def test_the_environment_s_proxies_passwords_and_cookies_are_not_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with bad.listening() as (port, seen):
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        receiver.behave = answers(200, Set_Cookie="a=1; Path=/")
        call(receiver.url)
        assert call(receiver.url).status == 200
        assert seen == []
    assert all("authorization" not in one.headers and "cookie" not in one.headers for one in receiver.got)


# -- certificates ----------------------------------------------------------------------------------------------------


def certificate(folder: Path, name: str, *, days: int = 1) -> tuple[Path, ssl.SSLContext]:
    """A certificate for a name that signs itself, and what a server needs to show it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, both = folder / f"{name}{days}.pem", folder / f"{name}{days}-key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both.write_bytes(private + public.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return public, context


def test_certificates_must_be_trusted_valid_and_for_the_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names(monkeypatch, erp_internal=["127.0.0.1"], other_internal=["127.0.0.1"])
    reach = Reach.read(["erp.internal", "other.internal"])
    public, context = certificate(tmp_path, "erp.internal")
    with Receiver(context=context) as receiver:
        assert "certificate is not valid" in str(call(f"https://erp.internal:{receiver.port}/", reach).error)
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
        assert call(f"https://erp.internal:{receiver.port}/", reach).status == 204
        wrong = call(f"https://other.internal:{receiver.port}/", reach)
        assert "certificate is not valid" in str(wrong.error)
        assert wrong.status is None
        assert len(receiver.got) == 1
    old, context = certificate(tmp_path, "erp.internal", days=-1)
    monkeypatch.setenv("SSL_CERT_FILE", str(old))
    with Receiver(context=context) as receiver:
        assert "expired" in str(call(f"https://erp.internal:{receiver.port}/", reach).error)
        assert receiver.got == []
    with Receiver() as receiver:
        assert "TLS" in str(call(f"https://erp.internal:{receiver.port}/", reach).error)


def test_what_is_kept_of_an_answer_can_be_shown_anywhere() -> None:
    assert calling.shown(b"ok\n\ttab") == "ok\n\ttab"
    assert calling.shown("\u202eevil\x00\x07\x9b".encode()) == "\ufffdevil\ufffd\ufffd\ufffd"
    assert calling.shown(b"\xff\xfe") == "\ufffd\ufffd"


# -- the setting -----------------------------------------------------------------------------------------------------


def test_the_setting_is_read_from_environment_and_file(tmp_path: Path) -> None:
    told = {"REMIT_WEBHOOK_ALLOW": "10.0.0.0/8, erp.internal 127.0.0.1"}
    assert load(told, instance=tmp_path).webhook_allow == ("10.0.0.0/8", "erp.internal", "127.0.0.1")
    (tmp_path / "remit.toml").write_text('webhook_allow = ["192.168.1.0/24", "fd00::/8"]\n')
    assert load({}, instance=tmp_path).webhook_allow == ("192.168.1.0/24", "fd00::/8")
    assert Config(instance=tmp_path).webhook_allow == ()
    for wrong in ("10.0.0.0/99", "https://erp.internal", "*", "-x", "1.2.3"):
        with pytest.raises(SettingError):
            load({"REMIT_WEBHOOK_ALLOW": wrong}, instance=tmp_path)
