from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record",
        choices=["none", "replica", "live"],
        default="none",
        help="none: replay the cassettes; replica: record them anew from our replica; live: from the live sites",
    )
