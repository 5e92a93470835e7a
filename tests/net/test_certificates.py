"""The TLS context that an endpoint asks for, and what is said of files that cannot be used."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from stomptui import UriError, connect
from stomptui.net.certificates import context_of
from stomptui.stomp.endpoint import Endpoint
from tests.brokers.certificates import Certificates

BROKEN = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def endpoint(**files: str | Path | bool | None) -> Endpoint:
    texts = {name: str(value) if isinstance(value, Path) else value for name, value in files.items()}
    return Endpoint("mq", scheme="stomp+ssl", tls=True, **texts)  # type: ignore[arg-type]


def refusal(**files: str | Path) -> str:
    with pytest.raises(UriError) as caught:
        context_of(endpoint(**files))
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_it_checks_everything_unless_told_otherwise() -> None:
    context = context_of(endpoint())
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.maximum_version is ssl.TLSVersion.MAXIMUM_SUPPORTED


def test_it_checks_nothing_when_told_so() -> None:
    context = context_of(endpoint(verify=False))
    assert context.verify_mode is ssl.CERT_NONE and not context.check_hostname


def test_a_named_authority_is_the_only_one(certificates: Certificates) -> None:
    assert len(context_of(endpoint(ca=certificates.ca)).get_ca_certs()) == 1


def test_a_file_in_the_home_folder(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(certificates.ca.parent))
    context_of(endpoint(ca=f"~/{certificates.ca.name}"))


def test_certificate_and_key_may_be_in_one_file(certificates: Certificates, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(certificates.client_cert.read_bytes() + certificates.client_key.read_bytes())
    context_of(endpoint(cert=both))


def test_files_that_are_none(certificates: Certificates, tmp_path: Path) -> None:
    gone = tmp_path / "gone.pem"
    cert, key = certificates.client_cert, certificates.client_key
    for words, option in (
        (refusal(ca=gone), "ca"),
        (refusal(cert=gone, key=key), "cert"),
        (refusal(cert=cert, key=gone), "key"),
    ):
        assert words == f"{option}={gone}: No such file or directory; give the path of a PEM file"
    assert refusal(ca=tmp_path) == f"ca={tmp_path}: Is a directory; give the path of a PEM file"


@pytest.mark.parametrize("option", ["ca", "cert", "key"])
def test_a_pipe_is_not_waited_for(certificates: Certificates, tmp_path: Path, option: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    files = {"cert": certificates.client_cert, "key": certificates.client_key} if option == "key" else {}
    said = refusal(**{**files, option: pipe})
    assert said == f"{option}={pipe}: this is no regular file; give the path of a PEM file"


def test_files_that_hold_something_else(certificates: Certificates, tmp_path: Path) -> None:
    cert, key = certificates.client_cert, certificates.client_key
    assert refusal(ca=key).startswith(f"ca={key}: this file holds no certificate in PEM form")
    assert refusal(cert=key, key=key).startswith(f"cert={key}: this file holds no certificate")
    assert refusal(cert=cert, key=cert).startswith(f"key={cert}: this file holds no private key")
    store = certificates.key_store
    assert refusal(cert=store).startswith(f"cert={store}: this file holds no certificate in PEM form")
    broken = tmp_path / "broken.pem"
    broken.write_text(BROKEN)
    assert refusal(ca=broken).startswith(f"ca={broken}: its certificates cannot be read")
    assert refusal(cert=broken, key=key).startswith(
        f"cert={broken}: the certificate or its key cannot be read"
    )


def test_a_certificate_without_its_key(certificates: Certificates) -> None:
    cert = certificates.client_cert
    assert refusal(cert=cert) == (
        f"cert={cert}: this file holds no private key; name the one that does with key=FILE"
    )


def test_a_key_of_another_certificate(certificates: Certificates) -> None:
    key = certificates.stranger_key
    words = refusal(cert=certificates.client_cert, key=key)
    assert words == f"key={key}: this private key does not belong to the certificate"


@pytest.mark.parametrize(
    "form", [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL]
)
def test_a_key_behind_a_passphrase(
    certificates: Certificates, tmp_path: Path, form: serialization.PrivateFormat
) -> None:
    key = serialization.load_pem_private_key(certificates.client_key.read_bytes(), None)
    locked = tmp_path / "locked.pem"
    locked.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, serialization.BestAvailableEncryption(b"secret"))
    )
    words = refusal(cert=certificates.client_cert, key=locked)
    assert words.startswith(f"key={locked}: the private key is locked by a passphrase, which cannot be given")


def test_a_log_of_keys_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path))
    assert refusal() == f"SSLKEYLOGFILE={tmp_path}: Is a directory; unset it, or name a file"


async def test_it_is_said_before_anything_is_connected(tmp_path: Path) -> None:
    with pytest.raises(UriError, match=r"ca=.*: No such file"):
        await connect(f"stomp+ssl://127.0.0.1:1?ca={tmp_path}/gone.pem")
