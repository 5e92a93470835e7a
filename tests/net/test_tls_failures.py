"""Connecting over TLS: who is trusted, and the one line that says why it failed."""

from __future__ import annotations

import asyncio
import socket
import ssl
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import trustme

from stomptui import ConnectionLost, Endpoint, StompError, TimedOut, UriError, connect, parse_uri
from stomptui.net.tcp import open_tcp
from stomptui.net.tls import with_tls
from tests.brokers.certificates import Certificates
from tests.brokers.real import RealBroker
from tests.brokers.ways import uri
from tests.net.conftest import Clock
from tests.net.peer import Peer, serving
from tests.net.secure import TLS_1_2, TLS_1_3, refusing, server_context, told_why
from tests.net.web_peer import Ear

BOTH = [TLS_1_2, TLS_1_3]


async def accepts(peer: Peer) -> None:
    await peer.accept()
    await peer.answer()


async def logs_in(address: str, query: str, context: ssl.SSLContext | None = None) -> None:
    async with connect(f"stomp+ssl://{address}?{query}", ssl=context) as client:
        assert client.state.server == "scripted/1"


async def failure(address: str, query: str = "", context: ssl.SSLContext | None = None) -> str:
    with pytest.raises(StompError) as caught:
        await connect(f"stomp+ssl://{address}?{query}", ssl=context)
    assert isinstance(caught.value, ConnectionLost | TimedOut)
    words = str(caught.value)
    assert words.startswith(f"{address}: ")
    assert words.isprintable()
    return words


@pytest.mark.parametrize("version", BOTH)
async def test_a_broker_whose_authority_is_named(certificates: Certificates, version: ssl.TLSVersion) -> None:
    async with serving(accepts, server_context(certificates, version=version)) as address:
        await logs_in(address, f"ca={certificates.ca}")


async def test_the_authorities_of_the_system(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(accepts, server_context(certificates)) as address:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))  # where OpenSSL looks for them
        await logs_in(address, "")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.other_ca))
        assert "signed by an authority that is unknown here; name it as ?ca=FILE" in await failure(address)


async def test_names_and_addresses(certificates: Certificates) -> None:
    async with serving(accepts, server_context(certificates)) as address:
        port = address.rpartition(":")[2]
        await logs_in(f"localhost:{port}", f"ca={certificates.ca}")
        await logs_in(f"LOCALHOST:{port}", f"ca={certificates.ca}")
    async with serving(accepts, server_context(certificates, "wrong_name")) as address:
        port = address.rpartition(":")[2]
        words = await failure(f"localhost:{port}", f"ca={certificates.ca}")
        assert (
            "the broker's certificate is for another name than localhost; use a name that it holds" in words
        )
        words = await failure(address, f"ca={certificates.ca}")
        assert "the broker's certificate is for another address than 127.0.0.1" in words
        await logs_in(address, "verify=none")


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
async def test_an_address_of_ipv6(certificates: Certificates) -> None:
    async with serving(accepts, server_context(certificates), host="::1") as address:
        await logs_in(address, f"ca={certificates.ca}")


async def test_an_authority_that_is_not_the_brokers(certificates: Certificates) -> None:
    async with serving(accepts, server_context(certificates)) as address:
        words = await failure(address, f"ca={certificates.other_ca}")
        assert "signed by an authority that is unknown here" in words


async def test_an_expired_certificate(certificates: Certificates) -> None:
    async with serving(accepts, server_context(certificates, "expired")) as address:
        assert "certificate has expired" in await failure(address, f"ca={certificates.ca}")


async def test_a_certificate_of_the_future(tmp_path: Path) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    later = {"not_before": datetime(2400, 1, 1, tzinfo=UTC), "not_after": datetime(2401, 1, 1, tzinfo=UTC)}
    ca.issue_cert("127.0.0.1", **later).configure_cert(context)
    async with serving(accepts, context) as address:
        words = await failure(address, f"ca={tmp_path}/ca.pem")
        assert "is not valid yet; check the clocks of this machine and of the broker" in words


async def test_a_self_signed_certificate(tmp_path: Path) -> None:
    alone = trustme.CA()
    alone.cert_pem.write_to_path(str(tmp_path / "cert.pem"))
    alone.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    async with serving(accepts, context) as address:
        assert "is self-signed; name it as ?ca=FILE if you trust it" in await failure(address)


async def test_the_broker_is_told_why_too(certificates: Certificates) -> None:
    told: list[str] = []
    async with told_why(server_context(certificates), told) as address:
        await failure(address, f"ca={certificates.other_ca}")
    assert told == ["TLSV1_ALERT_UNKNOWN_CA"]


@pytest.mark.parametrize("host", ["localhost.", "::1%lo"])
async def test_a_name_as_certificates_have_it(certificates: Certificates, host: str) -> None:
    async with serving(accepts, server_context(certificates)) as address:
        there = partial(open_tcp, *parse_uri(address).address.split(":"))
        endpoint = Endpoint(host, scheme="stomps", tls=True, ca=str(certificates.ca))
        transport = await with_tls(endpoint, Ear(), None, there)
        transport.abort()


async def test_a_context_of_ones_own(certificates: Certificates) -> None:
    async with serving(accepts, server_context(certificates, version=TLS_1_2)) as address:
        await logs_in(address, "", ssl.create_default_context(cafile=certificates.ca))
    strict = ssl.create_default_context(cafile=certificates.ca)
    strict.minimum_version = TLS_1_3
    async with refusing(server_context(certificates, version=TLS_1_2)) as address:
        words = await failure(address, "", strict)
    assert "no version of TLS in common (alert protocol version); TLS 1.2 and later are spoken here" in words


async def test_the_keys_are_logged_on_demand(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    async with serving(accepts, server_context(certificates)) as address:
        await logs_in(address, f"ca={certificates.ca}")
    assert "CLIENT_TRAFFIC_SECRET_0 " in (tmp_path / "keys").read_text()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"ERROR\nmessage:Illegal command\n\n\0", "does not speak TLS; if its port is plain, use stomp://"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS"),
        (b"\x15\x03\x03\x00\x02\x02\x46", "no version of TLS in common"),
        (b"\x15\x03\x03\x00\x02\x02\x70", "the TLS handshake failed: unrecognized name"),
        (b"", "the peer closed the connection in the TLS handshake; if its port is plain, use stomp://"),
    ],
)
async def test_what_answers_and_is_no_broker_over_tls(answer: bytes, words: str) -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.read(65_536)
        await peer.send(answer)

    async with serving(script) as address:
        assert words in await failure(address)


async def test_a_reset_in_the_handshake() -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.readexactly(1)
        peer.reset()

    async with serving(script) as address:
        assert "reset the connection in the TLS handshake" in await failure(address)


async def test_a_peer_that_says_nothing_to_it(clock: Clock) -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.readexactly(1)
        await clock.forward(10)
        await peer.reader.read(-1)

    async with serving(script) as address:
        words = await failure(address)
    assert "the TLS handshake was not answered within 10 s; if its port is plain, use stomp://" in words


WANTED = "the broker wants a client certificate that it accepts: ?cert=FILE&key=FILE"


@pytest.mark.parametrize("version", BOTH)
async def test_a_client_certificate(certificates: Certificates, version: ssl.TLSVersion) -> None:
    own = f"cert={certificates.client_cert}&key={certificates.client_key}"
    context = server_context(certificates, version=version, clients=certificates.ca)
    async with serving(accepts, context) as address:
        await logs_in(address, f"ca={certificates.ca}&{own}")
    async with refusing(context) as address:
        assert WANTED in await failure(address, f"ca={certificates.ca}")
    async with refusing(
        server_context(certificates, version=version, clients=certificates.other_ca)
    ) as address:
        words = await failure(address, f"ca={certificates.ca}&{own}")
    assert "alert unknown ca; the broker does not accept the client certificate" in words


@pytest.mark.parametrize("version", BOTH)
async def test_what_activemq_does_without_a_client_certificate(
    activemq: RealBroker, certificates: Certificates, version: ssl.TLSVersion
) -> None:
    context = ssl.create_default_context(cafile=certificates.ca)
    context.maximum_version = version
    assert WANTED in await failure(f"127.0.0.1:{activemq.mtls_port}", "", context)


async def test_rabbitmq_on_its_plain_port(rabbitmq: RealBroker) -> None:
    words = await failure(rabbitmq.address)
    assert "the peer closed the connection in the TLS handshake; if its port is plain, use stomp://" in words


async def test_activemq_on_its_plain_port(activemq: RealBroker) -> None:
    assert "the TLS handshake was not answered within 1 s" in await failure(activemq.address, "timeout=1")


async def test_the_real_brokers_certificate(broker: RealBroker, certificates: Certificates) -> None:
    address = f"127.0.0.1:{broker.tls_port}"
    assert "unknown here; name it as ?ca=FILE" in await failure(address)
    async with connect(uri(broker, "tls")) as client:
        await client.ping()


async def test_an_end_without_a_word_may_be_about_certificates(certificates: Certificates) -> None:
    async def script(peer: Peer) -> None:
        await peer.frame()

    async with serving(script, server_context(certificates)) as address:
        words = await failure(address, f"ca={certificates.ca}")
        assert words.endswith("sent no ERROR; it may want a client certificate: ?cert=FILE&key=FILE")
        own = f"cert={certificates.client_cert}&key={certificates.client_key}"
        words = await failure(address, f"ca={certificates.ca}&{own}")
        assert words.endswith("is it a STOMP port, and does it accept the client certificate?")


async def test_silence_over_tls_is_not_taken_for_a_tls_port(certificates: Certificates, clock: Clock) -> None:
    async def script(peer: Peer) -> None:
        await peer.frame()
        await clock.forward(10)
        await peer.reader.read(-1)

    async with serving(script, server_context(certificates)) as address:
        words = await failure(address, f"ca={certificates.ca}")
    assert words.endswith("CONNECT was not answered within 10 s; is it a STOMP port?")


async def test_tls_that_breaks_says_so(certificates: Certificates) -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        # Around the TLS of this server.
        peer.writer.get_extra_info("socket")._sock.send(b"\x17\x03\x03\x00\x20" + bytes(32))
        await peer.reader.read(-1)

    async with serving(script, server_context(certificates)) as address:
        client = await connect(f"stomp+ssl://{address}?ca={certificates.ca}")
        await asyncio.wait((client.closed,))
        assert client.closed.result().reason == "TLS broke: decryption failed or bad record mac"


async def test_a_context_of_ones_own_is_not_taken_for_a_plain_uri() -> None:
    with pytest.raises(UriError, match="ssl= is given, but the URI asks for no TLS"):
        connect("failover:(stomp://ops:secret@127.0.0.1,ws://127.0.0.1)", ssl=ssl.create_default_context())
