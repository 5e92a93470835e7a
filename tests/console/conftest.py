"""What the tests of the console share: stylesheets that were parsed once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet


@pytest.fixture(scope="package", autouse=True)
def parsed_once() -> Iterator[None]:
    """Have equal text under equal variables parsed once, not by each of the hundreds of apps.

    Textual keeps what it has parsed for one app only; nobody changes the rules that come out of it.
    """
    kept: dict[object, list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parse_rules(sheet: Stylesheet, *text: Any, **how: Any) -> list[RuleSet]:
        key = (text, *how.items(), *sheet._variables.items())
        if key not in kept:
            kept[key] = parse(sheet, *text, **how)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_rules)
        yield
