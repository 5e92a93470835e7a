"""The contents of the sample messages: the same number always gives the same octets."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import NamedTuple

FIRST_ORDER = 4708
NAMED_TOTALS = {4708: 1200, 4709: 0, 4711: 9990, 4712: 710}
"""Cents of the orders that the documentation tells of."""
CUSTOMERS = ("Ada Lund", "Benoît Caron", "Chiara Neri", "Dagny Øster", "Émile Roux", "Fumiko 山田")
ARTICLES = ("KX-99", "LM-07", "TR-20", "QB-14", "ZO-31")
TENANTS = ("acme", "borealis", "cobalt")
MINUTES_A_DAY = 24 * 60


class Sample(NamedTuple):
    """One message that a sample publisher sends."""

    destination: str
    body: bytes
    headers: tuple[tuple[str, str], ...]


def order(number: int) -> Sample:
    """A JSON order."""
    chance = random.Random(number)
    total = NAMED_TOTALS.get(number, chance.randrange(300, 25_000, 10))
    first = total if total < 2_000 else total * chance.randrange(3, 8) // 10
    lines = ",".join(
        f'{{"article":"{chance.choice(ARTICLES)}","count":{chance.randrange(1, 5)},"price":{money(part)}}}'
        for part in (first, total - first)
        if part
    )
    body = (
        f'{{"id":{number},"total":{money(total)},"cur":"EUR","customer":"{chance.choice(CUSTOMERS)}",'
        f'"placed":"{placed(number)}","lines":[{lines}]}}'
    )
    extra = ORDER_HEADERS.get((number - FIRST_ORDER) % 20, ())
    return sample("/queue/orders", body, "application/json", number, extra)


ORDER_HEADERS: dict[int, tuple[tuple[str, str], ...]] = {
    5: (("x-route", "web"), ("x-route", "fraud-check"), ("x-route", "billing")),
    7: (("x-note", "path C:\\orders\\new: two\nlines"), ("x-ratio:a", "3:1")),
}
"""Headers of some of every twenty orders: repeated ones; colon, backslash and line break."""


def xml_order(number: int) -> Sample:
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><order id="{number}" currency="EUR">'
        f"<customer>{CUSTOMERS[number % len(CUSTOMERS)]}</customer><placed>{placed(number)}</placed>"
        f'<line article="{ARTICLES[number % len(ARTICLES)]}" count="2"><price>19.95</price></line>'
        f"<!-- gift --><note>Ring twice &amp; wait</note></order>"
    )
    return sample("/queue/orders", body, "application/xml", number)


def text_order(number: int) -> Sample:
    article = ARTICLES[number % len(ARTICLES)]
    body = f"Order {number}\n\nPlease send two {article} to the usual address.\nThank you!\n"
    return sample("/queue/orders", body, "text/plain;charset=utf-8", number)


def binary_order(number: int) -> Sample:
    """Every octet once, NUL first, behind the order's number."""
    body = number.to_bytes(4, "big") + bytes(range(256))
    return sample("/queue/orders", body, "application/octet-stream", number)


def hostile_order(number: int) -> Sample:
    """Text that would move the cursor, set the clipboard and title, and reorder what stands beside it."""
    clipboard = "\x1b]52;c;c3RvbXB0dWk=\x07"
    body = (
        f"Order {number} \x1b[2J\x1b[31mred\x1b[0m {clipboard}\x1b]0;title\x07 C1 \x9b7m\x9d0;title\x9c "
        "markup [/] [/bold] [@click=app.quit]quit[/] bidi \u202egnp.exe\u202c zero\u200bwidth "
        "tag \U000e0041\U000e0042 line\u2028end\rover\bwrite\x7f\n"
    )
    extra = (("x-hostile", f"\x1b[7m{clipboard}[/] \u202etxt"), ("x-\x1b[31mname", "\r\n\tfolded"))
    return sample("/queue/orders", body, "text/plain", number, extra)


def invoice(number: int) -> Sample:
    amount = f'<amount currency="EUR">{money(number % 997 * 10)}</amount>'
    body = f'<invoice order="{number}" due="30">{amount}</invoice>'
    return sample("/queue/invoices", body, "application/xml", number)


def audit(number: int) -> Sample:
    return sample("/topic/audit", f"order.created {number}", "text/plain", number)


def price(number: int) -> Sample:
    article = ARTICLES[number % len(ARTICLES)]
    cents = random.Random(-number).randrange(500, 9_900)
    return sample(
        "/topic/prices", f'{{"article":"{article}","price":{money(cents)}}}', "application/json", number
    )


def sample(
    destination: str, body: str | bytes, kind: str, number: int, extra: Iterable[tuple[str, str]] = ()
) -> Sample:
    octets = body.encode() if isinstance(body, str) else body
    tenant = TENANTS[number % len(TENANTS)]
    headers = (("content-type", kind), ("x-tenant", tenant), ("correlation-id", f"order-{number}"), *extra)
    return Sample(destination, octets, headers)


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def placed(number: int) -> str:
    """A time of day that grows with the number, on a day of its own."""
    minute = (12 * 60 + number - FIRST_ORDER) % MINUTES_A_DAY
    return f"2026-03-02T{minute // 60:02}:{minute % 60:02}:00Z"
