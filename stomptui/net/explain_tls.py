"""What went wrong with TLS, in one line each: what happened, what it means, what to do."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.stomp.uri import Endpoint

_PLAIN = {"stomp+ssl": "stomp", "stomps": "stomp", "wss": "ws"}

# What OpenSSL says of octets that are no TLS record.
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST")

_OLD = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE", "VERSION_TOO_LOW")

# Alerts on what this side showed, or did not show: brokers differ in which they send.
_OF_OURS = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "DECRYPT_ERROR", "HANDSHAKE_FAILURE")

# By the numbers of OpenSSL's X509_V_ERR_...
_UNKNOWN_CA = "is signed by an authority that is unknown here; name it as ?ca=FILE if you trust it"
_CERTIFICATE = {
    2: _UNKNOWN_CA,
    9: "is not valid yet; check the clocks of this machine and of the broker",
    10: "has expired; the broker needs a new one (?verify=none connects without check)",
    18: "is self-signed; name it as ?ca=FILE if you trust it",
    19: _UNKNOWN_CA,
    20: _UNKNOWN_CA,
    21: _UNKNOWN_CA,
    62: "is for another name than {host}; use a name that it holds (?verify=none connects without check)",
    64: "is for another address than {host}; use a name that it holds (?verify=none connects without check)",
}


def no_handshake(error: OSError, endpoint: Endpoint) -> str:
    """Say why TLS was not agreed on with a peer that accepted the connection."""
    where, plain = endpoint.address, _PLAIN.get(endpoint.scheme, "stomp")
    if isinstance(error, ssl.SSLCertVerificationError):
        meaning = _CERTIFICATE.get(error.verify_code)
        if meaning is None:
            meaning = f"is not accepted: {error.verify_message}"
        return f"{where}: the broker's certificate {meaning.format(host=endpoint.host)}"
    if not isinstance(error, ssl.SSLError) or isinstance(error, ssl.SSLEOFError):
        how = "closed" if isinstance(error, ssl.SSLEOFError) else "reset"
        return f"{where}: the peer {how} the connection in the TLS handshake; if its port is plain, use {plain}://"
    reason = error.reason or ""
    if any(word in reason for word in _NO_TLS):
        return f"{where}: what answers there does not speak TLS; if its port is plain, use {plain}://"
    if any(word in reason for word in _OLD):
        return f"{where}: no version of TLS in common ({words(error)}); TLS 1.2 and later are spoken here"
    return f"{where}: the TLS handshake failed: {words(error)}{_of_ours(error, endpoint)}"


def not_in_time(endpoint: Endpoint) -> str:
    """Say that the handshake took too long."""
    return (
        f"{endpoint.address}: the TLS handshake was not answered within {endpoint.timeout:g} s; "
        f"if its port is plain, use {_PLAIN.get(endpoint.scheme, 'stomp')}://"
    )


def ended_before_connected(error: ssl.SSLError, endpoint: Endpoint) -> str:
    """Say why TLS ended while CONNECT was not answered: in TLS 1.3 the broker judges this side only then."""
    begin = f"{endpoint.address}: the peer ended TLS before CONNECTED"
    return f"{begin}: {words(error)}{_of_ours(error, endpoint)}"


def may_want(endpoint: Endpoint) -> str:
    """What to look at when a broker ends a connection over TLS without a word, as ActiveMQ does."""
    if endpoint.cert is None:
        return "it may want a client certificate: ?cert=FILE&key=FILE"
    return "is it a STOMP port, and does it accept the client certificate?"


def words(error: ssl.SSLError) -> str:
    """What OpenSSL says, without the names of its functions."""
    reason = (error.reason or "").lower().replace("_", " ")
    for prefix in ("sslv3 ", "tlsv1 ", "tlsv13 "):
        reason = reason.removeprefix(prefix)
    return reason or str(error.strerror or error)


def _of_ours(error: ssl.SSLError, endpoint: Endpoint) -> str:
    reason = error.reason or ""
    if "ALERT" not in reason or not any(word in reason for word in _OF_OURS):
        return ""
    if endpoint.cert is None:
        return "; the broker wants a client certificate that it accepts: ?cert=FILE&key=FILE"
    return "; the broker does not accept the client certificate: is it valid, and of an authority it trusts?"
