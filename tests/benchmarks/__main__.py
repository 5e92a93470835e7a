"""`make bench`: what is measured, and not tested."""

from __future__ import annotations

from tests.benchmarks.feed import main

main()
