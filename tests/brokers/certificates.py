"""The certificates of a test run: an authority, a server, its clients, and each kind that must be refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

STORE_PASSWORD = "changeit"
"""Of both Java key stores."""


class Certificates(NamedTuple):
    """Paths of PEM files, and of two PKCS #12 files for a broker in Java."""

    ca: Path
    other_ca: Path
    """An authority that signed none of these."""
    server_cert: Path
    """For localhost, 127.0.0.1 and ::1."""
    server_key: Path
    client_cert: Path
    """CN=alice."""
    client_key: Path
    stranger_cert: Path
    """CN=mallory, whom no broker knows."""
    stranger_key: Path
    expired_cert: Path
    """The server's, of 2020."""
    expired_key: Path
    wrong_name_cert: Path
    """Of a server elsewhere.test."""
    wrong_name_key: Path
    key_store: Path
    trust_store: Path


def within(folder: Path) -> Certificates:
    """Where each of them is, or will be, in `folder`."""
    stores = {"key_store": "server.p12", "trust_store": "trust.p12"}
    return Certificates(*(folder / stores.get(name, f"{name}.pem") for name in Certificates._fields))


def make(folder: Path) -> Certificates:
    """Write them all into `folder`, which is created."""
    import trustme
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.serialization import pkcs12
    from cryptography.x509 import load_pem_x509_certificate

    folder.mkdir()
    paths = within(folder)
    ca = trustme.CA()
    here = ("localhost", "127.0.0.1", "::1")
    past = {"not_before": datetime(2020, 1, 1, tzinfo=UTC), "not_after": datetime(2020, 12, 31, tzinfo=UTC)}
    server = ca.issue_cert(*here)
    leaves = {
        "server": server,
        "client": ca.issue_cert("alice@example.test", common_name="alice"),
        "stranger": ca.issue_cert("mallory@example.test", common_name="mallory"),
        "expired": ca.issue_cert(*here, **past),
        "wrong_name": ca.issue_cert("elsewhere.test"),
    }
    for name, leaf in leaves.items():
        leaf.cert_chain_pems[0].write_to_path(str(folder / f"{name}_cert.pem"))
        leaf.private_key_pem.write_to_path(str(folder / f"{name}_key.pem"))
    ca.cert_pem.write_to_path(str(paths.ca))
    trustme.CA().cert_pem.write_to_path(str(paths.other_ca))

    secret = serialization.BestAvailableEncryption(STORE_PASSWORD.encode())
    key = serialization.load_pem_private_key(server.private_key_pem.bytes(), None)
    chain = [load_pem_x509_certificate(pem.bytes()) for pem in (server.cert_chain_pems[0], ca.cert_pem)]
    paths.key_store.write_bytes(
        pkcs12.serialize_key_and_certificates(b"server", key, chain[0], chain[1:], secret)
    )
    trusted = pkcs12.PKCS12Certificate(chain[1], b"ca")
    paths.trust_store.write_bytes(pkcs12.serialize_java_truststore([trusted], secret))
    return paths
