"""Takes out of a page what is nobody's business: people's names, telephone numbers, e-mail, tokens, IP addresses.

Works on bytes and keeps all others: what a page object reads of a home, its address, ids and photos, stays as it was.
It finds what has a known form or stands under a known key; it cannot know every name that a page may hold.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

REMOVED = b"removed"

# A quotation mark as JSON has it, also inside a JSON text inside JSON, and in an attribute of HTML.
_QUOTE = rb"(?P<q>(?<!\\)\\*\"|&quot;|&#34;)"
_VALUE = rb"(?P<value>(?:(?!(?<!\\)(?P=q))[^\r\n]){1,300})"
_PEOPLE = rb"\w*(?:agent|owner|seller|buyer|contact|realtor)\w*name|(?:full|first|last|user)_?name|ownership"
_FIRMS = rb"\w*(?:broker|brokerage|office|team)_?\w*name|display_?name"
_NUMBERS = rb"\w*(?:phone|fax)\w*|\w*e_?mail\w*|\w*license_?number|\w*agent\w*photo\w*"
_TOKENS = (
    rb"\w*(?:token|secret|csrf|xsrf|cookie|api_?key|visitor|session|fingerprint|client_?ip|remote_?addr)\w*"
    rb"|\w*(?:guid|uuid|_vid|user_?id|login_?id)|zuid|ip|ip_?address"
)
_KEYED = re.compile(
    _QUOTE
    + rb"(?P<key>"
    + rb"|".join((_PEOPLE, _FIRMS, _NUMBERS, _TOKENS))
    + rb")(?P=q)(?P<gap>\s*:\s*)(?P=q)"
    + _VALUE
    + rb"(?P=q)",
    re.IGNORECASE,
)
_PERSON = re.compile(_PEOPLE, re.IGNORECASE)
_PERSON_OBJECT = re.compile(
    _QUOTE
    + rb"\w*(?:agent|owner|seller|buyer|contact)\w*(?P=q)\s*:\s*\[?\s*\{[^{}]{0,400}?(?P=q)(?:display_)?name(?P=q)"
    rb"\s*:\s*(?P=q)" + _VALUE + rb"(?P=q)",
    re.IGNORECASE,
)
_PHONE_OBJECT = re.compile(_QUOTE + rb"(?P<key>\w*phone\w*)(?P=q)\s*:\s*\{[^{}]{0,300}\}", re.IGNORECASE)
_PHONE_DIGITS = re.compile(_QUOTE + rb"(?P<key>\w*phone\w*)(?P=q)\s*:\s*\d{7,15}", re.IGNORECASE)
_EMAIL = re.compile(rb"[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}\b", re.IGNORECASE)
_PHONE = re.compile(rb"(?<![\w/.=-])(?:\+?1[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])")
_TEL = re.compile(rb"(?<=tel:)[+\d(). -]{7,20}")
_LABELLED = re.compile(
    rb"(?P<label>\b(?:(?:Co-)?List(?:ing|ed)?(?: by| agent| office| broker)+|Courtesy of|Owner(?:'s)? name|Owner)"
    rb"(?:[^<>:\"\\]{0,20}:|\s*<[^<>]{0,200}>)\s*(?:<[^<>]{0,200}>\s*){0,3})(?P<value>[^<>\"\\{}]{3,80})",
    re.IGNORECASE,
)
_ASSIGNED = re.compile(
    rb"(?P<name>\b(?:_px\w*|\w*(?:token|csrf|uuid|visitor)\w*)\s*=\s*)(?P<q>['\"])[^'\"\s]{6,400}(?P=q)", re.I
)
_PARAMETER = re.compile(
    rb"(?P<name>[?&;](?:uuid|vid|token|\w*token|session\w*|ip|request_?id|iv|gk_token)=)[^&\s\"'<>]+", re.I
)
_IPV4 = re.compile(rb"(?<![\d.\w/-])(?:\d{1,3}\.){3}\d{1,3}(?![\d.\w])")
_IPV6 = re.compile(rb"(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6}(?![\w:])", re.IGNORECASE)
_SHORTEST_NAME = 6


def without_personal_data(body: bytes, secrets: Iterable[str] = ()) -> bytes:
    """The same bytes with `removed` in place of what is personal, and of the secrets of this run."""
    names = sorted({*_names(body)}, key=len, reverse=True)
    for secret in secrets:
        body = body.replace(secret.encode(), REMOVED)
    body = _KEYED.sub(rb"\g<q>\g<key>\g<q>\g<gap>\g<q>" + REMOVED + rb"\g<q>", body)
    body = _PHONE_OBJECT.sub(rb"\g<q>\g<key>\g<q>:{}", body)
    body = _PHONE_DIGITS.sub(rb"\g<q>\g<key>\g<q>:0", body)
    body = _LABELLED.sub(rb"\g<label>" + REMOVED, body)
    for name in names:
        body = body.replace(name, REMOVED)
    body = _ASSIGNED.sub(rb"\g<name>\g<q>" + REMOVED + rb"\g<q>", body)
    body = _PARAMETER.sub(rb"\g<name>" + REMOVED, body)
    for pattern in (_EMAIL, _TEL, _PHONE):
        body = pattern.sub(REMOVED, body)
    return _IPV6.sub(_if_address, _IPV4.sub(_if_address, body))


def _names(body: bytes) -> Iterator[bytes]:
    """Names that stand under a key of their own, in every spelling that a page may repeat them in."""
    found = [match["value"] for match in _KEYED.finditer(body) if _PERSON.fullmatch(match["key"])]
    found += [match["value"] for match in _PERSON_OBJECT.finditer(body)]
    for value in found:
        # Two words at least: a first name alone may be a street.
        if len(value) >= _SHORTEST_NAME and b" " in value.strip():
            yield from _spellings(value)


def _spellings(value: bytes) -> Iterator[bytes]:
    text = value.decode("utf-8", "replace")
    yield value
    yield html.escape(text).encode()
    yield json.dumps(text)[1:-1].encode()
    yield text.encode("ascii", "xmlcharrefreplace")


def _if_address(match: re.Match[bytes]) -> bytes:
    try:
        ip_address(match[0].decode("ascii"))
    except ValueError:
        return match[0]
    return REMOVED
