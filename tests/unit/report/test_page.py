"""A page is escaped, leads where it says, and lets the browser run only what this program wrote."""

from __future__ import annotations

import base64
import hashlib
import re
from html import unescape

import pytest

from phx_scraper.report.page import link, render

PLACE = "report/index.html"
HOSTILE = """<script>alert("1")</script>'"&"""


def page(address: str = "1 A St") -> str:
    return render("layout.html.j2", place=PLACE, title=address)


def test_texts_of_other_people_are_no_markup() -> None:
    assert HOSTILE not in page(HOSTILE)
    assert page(HOSTILE).count("<script") == page().count("<script")


@pytest.mark.parametrize("kind", ["style", "script"])
def test_the_policy_names_exactly_the_styles_and_scripts_of_the_page(kind: str) -> None:
    text = page()
    policy = unescape(re.findall(r'Content-Security-Policy" content="([^"]+)"', text)[0])
    parts = re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in parts]
    assert re.findall(rf"{kind}-src ([^;]+)", policy) == [" ".join(f"'sha256-{one}'" for one in hashes)]
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    ("place", "target", "expected"),
    [
        ("report/index.html", "processed/ab/c.png", "../processed/ab/c.png"),
        ("report/homes/a.html", "report/index.html", "../index.html"),
        ("report/homes/a.html", "report/homes/b.html#p2", "b.html#p2"),
        ("report/homes/a.html", "homes/é?#/x", "../../homes/%C3%A9%3F%23/x"),
        ("report/homes/a.html", "report/../my data/#1/x.png", "../../my%20data/%231/x.png"),
    ],
)
def test_links_are_relative_to_the_page(place: str, target: str, expected: str) -> None:
    assert link(place, target) == expected
