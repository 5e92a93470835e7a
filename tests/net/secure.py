"""TLS at the other end."""

from __future__ import annotations

import ssl
from pathlib import Path

from tests.brokers.certificates import Certificates

TLS_1_2, TLS_1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def server_context(
    certificates: Certificates,
    name: str = "server",
    *,
    version: ssl.TLSVersion | None = None,
    clients: Path | None = None,
) -> ssl.SSLContext:
    """A server with the certificate `name`; it wants one of the clients' authority, and one version only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(getattr(certificates, f"{name}_cert"), getattr(certificates, f"{name}_key"))
    if version is not None:
        context.minimum_version = context.maximum_version = version
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    return context
