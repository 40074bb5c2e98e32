"""An answer's bytes as values that a shape can be held against: what the page objects read, before they read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import html

from phx_scraper.errors import NotUnderstood
from phx_scraper.pages.html_and_json import decode, document

_STATE = re.compile(r"root\.__reactServerState\.(\w+)\s*=\s*(?=\{)")
_CALL = re.compile(r"\s*(?:/\*\*/\s*)?([\w$.]{1,100})\s*\(\s*")
_PREFIX = "{}&&"
_SPARK = re.compile(r"https?://[\w.]*sparkplatform\.com/")
_DECODER = json.JSONDecoder()


def json_value(body: bytes) -> Any:
    """The JSON of an API answer, with or without Redfin's prefix; the text itself where it is none."""
    return _parsed(decode(body).strip().removeprefix(_PREFIX))


def called_value(body: bytes) -> dict[str, Any]:
    """A JSONP answer: the name of the function that it calls -> what with."""
    text = decode(body)
    match = _CALL.match(text)
    return {match[1]: _begun(text, match.end())} if match else {}


def scripts_with_id(body: bytes) -> dict[str, Any]:
    """The scripts of a page by their id, parsed where they hold JSON."""
    tree = _tree(body)
    scripts = tree.iter("script") if tree is not None else ()
    return {script.get("id"): _parsed(script.text or "") for script in scripts if script.get("id")}


def server_states(body: bytes) -> dict[str, Any]:
    """Redfin's states by name; the answers inside `dataCache` by the last part of their path, parsed."""
    text = decode(body)
    found = {match[1]: _begun(text, match.end()) for match in _STATE.finditer(text)}
    for state in found.values():
        for agent in state.values() if isinstance(state, dict) else ():
            if isinstance(agent, dict) and isinstance(agent.get("dataCache"), dict):
                agent["dataCache"] = dict(_answers(agent["dataCache"]))
    return found


def _answers(cache: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for path, entry in cache.items():
        answer = entry.get("res") if isinstance(entry, dict) else None
        text = answer.get("text") if isinstance(answer, dict) else None
        if isinstance(text, str):
            yield path.partition("?")[0].rstrip("/").rpartition("/")[2], _parsed(text.removeprefix(_PREFIX))


def marked_blocks(body: bytes) -> dict[str, Any]:
    """A page's classes, and ids as `#id`: how many elements have each, and the listing photos inside the first."""
    found: dict[str, dict[str, int]] = {}
    tree = _tree(body)
    for element in tree.xpath("//*[@class or @id]") if tree is not None else ():
        marks = [*element.get("class", "").split(), *(f"#{one}" for one in (element.get("id"),) if one)]
        for mark in marks:
            if mark not in found:
                found[mark] = {"elements": 0, "pictures": _pictures(element)}
            found[mark]["elements"] += 1
    return found


def _pictures(element: html.HtmlElement) -> int:
    """Only of small elements: the body holds every picture, and is no gallery."""
    if element.tag in ("html", "body", "main"):
        return 0
    places = (value for one in element.iter("img", "a") for value in one.attrib.values())
    return sum(1 for value in places if _SPARK.match(value))


def _tree(body: bytes) -> html.HtmlElement | None:
    try:
        return document(decode(body))
    except NotUnderstood:
        return None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _begun(text: str, start: int) -> Any:
    try:
        return _DECODER.raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return text[start : start + 200]
