"""URIs: the form, what each part means, and what is wrong with a bad one, in one line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stomptui.stomp.errors import StompError
from stomptui.stomp.limits import Limits
from stomptui.stomp.uri import Endpoint, UriError, parse_uri

GOOD = [
    ("stomp://mq", Endpoint("mq", 61613)),
    ("STOMP://mq", Endpoint("mq", 61613)),
    ("mq", Endpoint("mq", 61613)),
    ("mq:1", Endpoint("mq", 1)),
    ("localhost:61613/v", Endpoint("localhost", virtual_host="v", path="/v")),
    ("stomp://mq:", Endpoint("mq", 61613)),
    ("stomp+ssl://mq", Endpoint("mq", 61614, "stomp+ssl", tls=True)),
    ("stomps://mq", Endpoint("mq", 61614, "stomps", tls=True)),
    ("stomp+ssl://mq:443", Endpoint("mq", 443, "stomp+ssl", tls=True)),
    ("stomp://mq/", Endpoint("mq", virtual_host="/", path="/")),
    ("stomp://mq/example", Endpoint("mq", virtual_host="example", path="/example")),
    ("stomp://mq/%2Fexample", Endpoint("mq", virtual_host="/example", path="/%2Fexample")),
    ("stomp://mq//example", Endpoint("mq", virtual_host="/example", path="//example")),
    ("stomp://mq/a%2Fb%20%C3%A4", Endpoint("mq", virtual_host="a/b ä", path="/a%2Fb%20%C3%A4")),
    ("stomp://mq/%2F", Endpoint("mq", virtual_host="/", path="/%2F")),
    ("stomp://mq/v?host=other", Endpoint("mq", virtual_host="other", path="/v")),
    ("stomp://mq?host=", Endpoint("mq", virtual_host="")),
    ("stomp://me@mq", Endpoint("mq", login="me")),
    ("stomp://me:@mq", Endpoint("mq", login="me", passcode="")),
    ("stomp://me:pass@mq:5", Endpoint("mq", 5, login="me", passcode="pass")),
    ("stomp://m%40e%3A:p%40s%2Fs%25:w@mq", Endpoint("mq", login="m@e:", passcode="p@s/s%:w")),
    ("stomp://m@e:p@ss@mq", Endpoint("mq", login="m@e", passcode="p@ss")),
    ("stomp://:p@mq", Endpoint("mq", login="", passcode="p")),
    ("stomp://@mq", Endpoint("mq", login="")),
    ("stomp://[::1]", Endpoint("::1")),
    ("stomp://me@[fe80::1%25eth0]:7/v", Endpoint("fe80::1%eth0", 7, login="me", virtual_host="v", path="/v")),
    ("stomp://bücher.example", Endpoint("bücher.example")),
    ("stomp://mq?heartbeat=5", Endpoint("mq", heart_beat=(5000, 5000))),
    ("stomp://mq?heartbeat=0", Endpoint("mq", heart_beat=(0, 0))),
    ("stomp://mq?heartbeat=0.25,30", Endpoint("mq", heart_beat=(250, 30_000))),
    ("stomp://mq?heartbeat=5%2C0", Endpoint("mq", heart_beat=(5000, 0))),
    ("stomp://mq?heartbeat-grace=2.5", Endpoint("mq", beat_margin=2.5)),
    ("stomp://mq?version=1.1", Endpoint("mq", version="1.1")),
    ("stomp://mq?timeout=2.5", Endpoint("mq", timeout=2.5)),
    ("stomp://mq?escape-connect=yes", Endpoint("mq", escape_connect=True)),
    ("stomp://mq?escape-connect=no", Endpoint("mq")),
    ("stomp://mq?", Endpoint("mq")),
    ("ws://mq", Endpoint("mq", 80, "ws", path="/")),
    ("wss://mq", Endpoint("mq", 443, "wss", tls=True, path="/")),
    ("ws://mq:15674/ws", Endpoint("mq", 15674, "ws", path="/ws")),
    ("ws://mq/a%2Fb/%C3%A4?host=v", Endpoint("mq", 80, "ws", virtual_host="v", path="/a%2Fb/%C3%A4")),
    ("ws://mq/\u00e4,(b)", Endpoint("mq", 80, "ws", path="/%C3%A4,(b)")),
    ("ws://mq/ws?query=a%3D1%26b%3D%2520%26c", Endpoint("mq", 80, "ws", path="/ws", query="a=1&b=%20&c")),
    ("ws://mq?query=t=1&host=v", Endpoint("mq", 80, "ws", path="/", query="t=1", virtual_host="v")),
    (
        "stomp+ssl://mq?ca=/etc/ssl/ca.pem&cert=me%20too.pem&key=~/k%2Cey.pem",
        Endpoint(
            *("mq", 61614, "stomp+ssl"), tls=True, ca="/etc/ssl/ca.pem", cert="me too.pem", key="~/k,ey.pem"
        ),
    ),
    ("stomps://mq?verify=none", Endpoint("mq", 61614, "stomps", tls=True, verify=False)),
    ("wss://mq?verify=yes&cert=c", Endpoint("mq", 443, "wss", tls=True, path="/", cert="c")),
    ("stomp://mq?login=env:WHO", Endpoint("mq", login_source="env:WHO")),
    ("stomp://mq?passcode=file:/run/a%20b:c", Endpoint("mq", passcode_source="file:/run/a b:c")),
    ("stomp://me@mq?passcode=prompt", Endpoint("mq", login="me", passcode_source="prompt")),
    ("stomp://mq?bind=192.0.2.7", Endpoint("mq", bind=("192.0.2.7", 0))),
    ("stomp://mq?bind=192.0.2.7:99", Endpoint("mq", bind=("192.0.2.7", 99))),
    ("ws://mq?bind=::1", Endpoint("mq", 80, "ws", path="/", bind=("::1", 0))),
    ("wss://mq?bind=[::1]", Endpoint("mq", 443, "wss", tls=True, path="/", bind=("::1", 0))),
    ("stomp://mq?bind=%5Bfe80::1%25eth0%5D:99", Endpoint("mq", bind=("fe80::1%eth0", 99))),
    ("stomp://mq?max-body=64MiB", Endpoint("mq", limits=Limits(body=64 << 20))),
    ("stomp://mq?max-body=1000", Endpoint("mq", limits=Limits(body=1000))),
    (
        "stomp://mq?max-head=1GiB&max-header=100KiB&max-headers=7",
        Endpoint("mq", limits=Limits(head=1 << 30, header_line=100 << 10, headers=7)),
    ),
    (
        "stomp://me@mq:9/v?heartbeat=1,2&version=1.0&timeout=3&escape-connect=yes",
        Endpoint(
            "mq",
            9,
            virtual_host="v",
            login="me",
            heart_beat=(1000, 2000),
            version="1.0",
            escape_connect=True,
            timeout=3.0,
            path="/v",
        ),
    ),
]

BAD = [
    ("", "no host"),
    ("stomp://", "no host"),
    ("stomp:///v", "no host"),
    ("stomp://me@:61613", "no host"),
    ("stomp://::1", "[brackets]"),
    ("stomp://[::1", "[brackets]"),
    ("stomp://mq:x", "the port is not a number"),
    ("stomp://mq:0", "the port is not a number"),
    ("stomp://mq:65536", "the port is not a number"),
    ("stomp://mq:-1", "the port is not a number"),
    ("stomp://mq:٣", "the port is not a number"),
    ("stomp://mq:99999999999999999999", "the port is not a number"),
    ("stomp://mq/a b", "not a URI"),
    ("stomp://mq/\n", "not a URI"),
    ("stomp://mq/\x1b]52;", "not a URI"),
    ("stomp://mq/\udcff", "not a URI"),
    ("stomp://mq#part", "not a URI"),
    ("stomp://mq/a@b", "@ elsewhere as %40"),
    ("stomp://mq?host=a@b", "@ elsewhere as %40"),
    ("amqp://mq", "unknown scheme amqp://; use stomp://"),
    ("stompp://mq", "did you mean 'stomp'"),
    ("stomp+tls://mq", "did you mean 'stomp+ssl'"),
    ("failover:(stomp://a,stomp://b)", "here only one is asked for"),
    ("failover://mq", "here only one is asked for"),
    ("stomp://a,b", "several brokers are written failover:(stomp://a,stomp://b)"),
    ("stomp://mq?heartbeet=5", "did you mean 'heartbeat'"),
    ("stomp://mq?Host=v", "did you mean 'host'"),
    ("stomp://mq?escape_connect=yes", "did you mean 'escape-connect'"),
    ("stomp://mq?zzz=1", "known are attempts, bind, ca, cert, delay, escape-connect"),
    ("stomp://mq?host=a&host=b", "option 'host' stands twice"),
    ("stomp://mq?heartbeat=", "heartbeat= in the URI is not a number of seconds"),
    ("stomp://mq?heartbeat=five", "heartbeat=five"),
    ("stomp://mq?heartbeat=-5", "is not a number"),
    ("stomp://mq?heartbeat=1,2,3", "is not a number"),
    ("stomp://mq?heartbeat=1,", "is not a number"),
    ("stomp://mq?heartbeat=1e3", "is not a number"),
    ("stomp://mq?heartbeat=inf", "is not a number"),
    ("stomp://mq?timeout=0", "timeout=0"),
    *(
        (f"stomp://mq?bind={text}", f"bind={text} in the URI is no IP address: write ADDRESS or ADDRESS:PORT")
        for text in (
            *(
                "",
                ":",
                ":99",
                "eth0",
                "localhost",
                "localhost:99",
                "192.0.2.7:",
                "192.0.2.7:x",
                "192.0.2.7:65536",
            ),
            *("192.0.2", "192.0.2.256", "[192.0.2.7]:99", "[]:99", "[::1", "[::1]x", "192.0.2.7:\u0663"),
        )
    ),
    ("stomp://mq?bind_host_port=192.0.2.7", "did you mean 'bind'?"),
    ("stomp://mq?timeout=nan", "timeout=nan"),
    ("stomp://mq?version=2.0", "STOMP has 1.0, 1.1, 1.2"),
    ("stomp://mq?escape-connect", "write yes or no"),
    ("stomp://mq?escape-connect=true", "write yes or no"),
    ("stomp://mq?reconnect=yes", "option 'reconnect' is about connecting again"),
    ("stomp://mq?ca=/ca.pem", "ca= in the URI is for TLS, which stomp:// is not: use stomp+ssl://"),
    ("ws://mq?verify=none", "verify= in the URI is for TLS, which ws:// is not: use wss://"),
    (
        "stomps://mq?query=x",
        "query= in the URI is for WebSocket, which stomps:// is not: use ws:// or wss://",
    ),
    ("stomps://mq?verify=no", "verify=no in the URI has two values: write none"),
    ("stomps://mq?ca=", "ca= in the URI is no file"),
    ("stomps://mq?key=k.pem", "key= in the URI without cert="),
    ("stomps://mq?cafile=c.pem", "did you mean 'ca'"),
    ("stomp://mq?user=me", "did you mean 'login'"),
    ("stomp://mq?password=x", "did you mean 'passcode'"),
    ("stomp://mq?vhost=x", "did you mean 'host'"),
    ("ws://mq?query=a%20b", "query= in the URI is no HTTP query"),
    ("ws://mq?query=a%23b", "is no HTTP query"),
    ("ws://mq?query=%251", "is no HTTP query"),
    ("ws://mq/50%", "write %25"),
    ("stomp://mq?login=ops", "login= in the URI is env:NAME, file:PATH or prompt"),
    ("stomp://mq?login=", "login= in the URI is env:NAME, file:PATH or prompt"),
    ("stomp://mq?login=env:", "login= in the URI is env:NAME, file:PATH or prompt"),
    ("stomp://mq?passcode=x", "the passcode itself belongs in USER:PASSCODE@HOST"),
    ("stomp://me@mq?login=env:WHO", "the login stands before the host and in login=; leave one out"),
    ("stomp://me:p@mq?passcode=prompt", "the passcode stands before the host and in passcode="),
    ("stomp://mq?max-body=0", "max-body=0 in the URI is not a size: write octets, or 100KiB"),
    ("stomp://mq?max-body=64MB", "max-body=64MB in the URI is not a size"),
    ("stomp://mq?max-body=-1", "is not a size"),
    ("stomp://mq?max-headers=1KiB", "max-headers=1KiB in the URI is not a number"),
    ("stomp://mq?max_body=1", "did you mean 'max-body'"),
    ("stomp://mq?version=%1b[2J", "version='\\x1b[2J' in the URI"),
    ("stomp://mq/50%", "write %25"),
    ("stomp://me%@mq", "a % in the user"),
    ("stomp://me:p%ss@mq", "a % in the passcode"),
    ("stomp://mq/%ff", "the path is not UTF-8"),
]


@pytest.mark.parametrize(("text", "endpoint"), GOOD)
def test_a_uri_is_read(text: str, endpoint: Endpoint) -> None:
    assert parse_uri(text) == endpoint


@pytest.mark.parametrize(("text", "words"), BAD)
def test_a_bad_uri_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(UriError) as caught:
        parse_uri(text)
    said = str(caught.value)
    assert words in said
    assert said.isprintable()
    assert isinstance(caught.value, StompError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(("text", "endpoint"), GOOD)
def test_its_text_is_a_uri_again_that_lacks_only_the_passcode(text: str, endpoint: Endpoint) -> None:
    assert parse_uri(str(endpoint)) == replace(endpoint, passcode=None)


PART = st.text(max_size=8).filter(lambda text: not any("\ud800" <= sign <= "\udfff" for sign in text))


@given(
    login=st.none() | PART,
    virtual_host=PART,
    heart_beat=st.tuples(st.integers(0, 10**8), st.integers(0, 10**8)),
    ca=st.none() | PART.filter(lambda text: text and "\0" not in text),
    limits=st.builds(Limits, body=st.integers(1, 1 << 39), headers=st.integers(1, 10**8)),
)
def test_any_endpoint_comes_back_from_its_text(
    login: str | None, virtual_host: str, heart_beat: tuple[int, int], ca: str | None, limits: Limits
) -> None:
    endpoint = Endpoint(
        *("mq", 1, "stomps", virtual_host, login), heart_beat=heart_beat, tls=True, ca=ca, limits=limits
    )
    assert parse_uri(str(endpoint)) == endpoint


def test_a_passcode_is_never_shown() -> None:
    endpoint = parse_uri("stomp://me:s3cret@mq:1/v?host=w")
    assert endpoint.passcode == "s3cret"
    for text in (str(endpoint), repr(endpoint), f"{endpoint}", f"{endpoint!r}", endpoint.address):
        assert "s3cret" not in text


@pytest.mark.parametrize(
    "text",
    [
        "stomp://me:s3cret@mq:bad",
        "stomp://me:s3cret",
        "stomp://me:s3cret@mq?nope=1",
        "stomp://me:s3cret%@mq",
        "stomp://me:s3cret%ff@mq",
        "stomp://me:s3cret@",
        "stomp://me:s3cret /x@mq",
        "amqp://me:s3cret@mq",
        "stomp://me:s3cret/x@mq",
        "stomp://me:s3cret?x@mq",
        "stomp://me:1?s3cret=x@mq",
        "stomp://me:1/s3cret@mq",
        "stomp://me:s3cret#x@mq",
        "stomp://mq?passcode=s3cret",
        "stomp://mq?login=s3cret",
        "stomp://mq?passcode=environment:s3cret",
        "stomp://me@mq?pass=s3cret",
        "stomp://me:s3cret@mq?passcode=prompt",
        "stomp://me:s3cret,word@",
        "ws://mq?query=s3cret%20",
    ],
)
def test_no_complaint_shows_a_passcode(text: str) -> None:
    with pytest.raises(UriError) as caught:
        parse_uri(text)
    assert "s3cret" not in str(caught.value)


def test_the_address_is_for_people() -> None:
    assert parse_uri("stomp://mq").address == "mq:61613"
    assert parse_uri("stomp://[fe80::1%25eth0]:7").address == "[fe80::1%eth0]:7"
