"""The TLS context that an endpoint asks for: what is trusted, and what is shown of this side."""

from __future__ import annotations

import os
import ssl
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from stomptui.stomp.percent import UriError

if TYPE_CHECKING:
    from stomptui.stomp.uri import Endpoint

_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_TRUSTED = b"-----BEGIN TRUSTED CERTIFICATE-----"
_KEY = b"PRIVATE KEY-----"


def context_of(endpoint: Endpoint) -> ssl.SSLContext:
    """TLS 1.2 and later, with what the endpoint says of certificates; SSLKEYLOGFILE is honoured.

    Raises UriError, which says what is wrong with a file.
    """
    ca = None if endpoint.ca is None else _file("ca", endpoint.ca, _CERTIFICATE, _TRUSTED)
    try:
        context = ssl.create_default_context(cafile=ca)
    except ssl.SSLError as error:
        raise UriError(
            f"ca={endpoint.ca}: its certificates cannot be read: {error.reason or error}"
        ) from None
    except OSError as error:
        raise UriError(
            f"SSLKEYLOGFILE={os.environ['SSLKEYLOGFILE']}: {error.strerror}; unset it, or name a file"
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    if not endpoint.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if endpoint.cert is not None:
        _show(context, endpoint.cert, endpoint.key)
    return context


def _show(context: ssl.SSLContext, cert: str, key: str | None) -> None:
    chain = _file("cert", cert, _CERTIFICATE)
    if key is None and _KEY not in Path(chain).read_bytes():
        raise UriError(f"cert={cert}: this file holds no private key; name the one that does with key=FILE")
    private = chain if key is None else _file("key", key, _KEY)
    holder = f"cert={cert}" if key is None else f"key={key}"

    def passphrase() -> NoReturn:
        raise UriError(
            f"{holder}: the private key is locked by a passphrase, which cannot be given here; "
            "unlock a copy with: openssl pkey -in FILE -out NEW"
        )

    try:
        context.load_cert_chain(chain, private, passphrase)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise UriError(f"{holder}: this private key does not belong to the certificate") from None
        raise UriError(
            f"cert={cert}: the certificate or its key cannot be read; is each in PEM form?"
        ) from None


def _file(option: str, name: str, *marks: bytes) -> str:
    path = os.path.expanduser(name)
    try:
        # A pipe would be waited for, without end, and is empty when the connection is made again.
        if not stat.S_ISREG(os.stat(path).st_mode) and not os.path.isdir(path):
            raise UriError(f"{option}={name}: this is no regular file; give the path of a PEM file")
        text = Path(path).read_bytes()
    except OSError as error:
        raise UriError(f"{option}={name}: {error.strerror}; give the path of a PEM file") from None
    if not any(mark in text for mark in marks):
        what = "private key" if option == "key" else "certificate"
        raise UriError(f"{option}={name}: this file holds no {what} in PEM form; openssl can convert it")
    return path
