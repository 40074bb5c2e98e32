"""The one table of reasons: which trouble time can heal, so that it is asked again, and which stays as it is.

It holds the reasons of visits and of photos, as status and logs show them. What is in doubt counts as transient: asking
once more in each later run costs a request, leaving it for ever costs the picture.
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """A reason, or the beginning of one where `name` ends in `*`; `why` is the argument for its class."""

    name: str
    transient: bool
    why: str


TABLE = (
    # No answer, or half of one.
    Rule("timeout", True, "the host or the way to it was slow"),
    Rule("cut_short", True, "the connection ended in the middle"),
    Rule("connection_*", True, "nobody answered there at that time"),
    Rule("host_unknown", True, "name servers fail, and machines are offline"),
    Rule("download:*", True, "trouble on the way; it has many names"),
    # The server's own word.
    Rule("http_5*", True, "a server error"),
    Rule("http_2*", True, "an answer without the thing, such as 202: it is not ready yet"),
    Rule("http_401", True, "a refusal, and refusals end"),
    Rule("http_403", True, "a wall or a missing file; only time tells them apart"),
    Rule("http_408", True, "the server waited too long"),
    Rule("http_421", True, "another connection is wanted"),
    Rule("http_423", True, "locked for now"),
    Rule("http_425", True, "too early"),
    Rule("http_429", True, "too many requests"),
    Rule("http_*", False, "a plain no, such as 404 and 410"),
    # Refusals.
    Rule("forbidden", True, "refusals end"),
    Rule("unauthorised", True, "refusals end, and tokens are renewed"),
    Rule("rate_limited", True, "refusals end"),
    Rule("captcha", True, "refusals end"),
    Rule("throttled", True, "refusals end"),
    Rule("login", True, "refusals end"),
    Rule("html_instead_of_json", True, "refusals end"),
    # A body that is no picture is an error page without its status.
    Rule("html", True, "an error page in the picture's place"),
    Rule("empty", True, "nothing in the picture's place"),
    Rule("not_image", True, "an error text in the picture's place"),
    Rule("truncated", True, "a cache that holds half of a file"),
    Rule("Sketch", True, "the API's answer lacks the picture that it listed"),
    Rule("Pages", True, "the API's answer has another shape for now"),
    # Of our own machine.
    Rule("decoder_timeout", True, "the machine was busy"),
    Rule("decoder_crash", True, "the system ends processes when memory is short"),
    Rule("browser_unavailable", True, "a browser can be installed, or start another time"),
    Rule("browser_failed", True, "a browser dies when memory is short"),
    Rule("item_lost", True, "trouble in this process"),
    Rule("stopped", True, "the run ended first"),
    Rule("left_alone", True, "the source rests"),
    Rule("offline", True, "this machine was offline"),
    # Of a run that asks no site.
    Rule("no_saved_page", True, "the site has the page, and was not to be asked"),
    Rule("no_saved_copy", True, "the photo host has the picture, and was not to be asked"),
    Rule("partial", True, "the whole page may be saved, or the site may be asked"),
    Rule("smaller_copy", True, "the photo host has the picture in full size"),
    Rule("embedded_copy", False, "only the bytes were saved, without the address of the picture"),
    # Whole visits: a page is what the site shows today, and our readers are what they are today.
    Rule("no_photo_usable", True, "its photos may come, or others in their place"),
    Rule("no_way", True, "no way to the home gave a clear answer; another day one does"),
    Rule("not_understood:*", True, "a hidden refusal, or a page that a later version reads"),
    Rule("wrong_home:*", True, "the site may lead to the right page tomorrow"),
    Rule("no_evidence", True, "the page may tell more tomorrow"),
    Rule("bug:*", True, "a later version reads it"),
    # The same bytes say the same again, and so do contradicting listings (they rest: `apply_cross_check.py`).
    Rule("too_large", False, "the file's own size"),
    Rule("too_many_pixels", False, "the picture's own size"),
    Rule("too_small", False, "the picture's own size"),
    Rule("flat", False, "what the picture shows"),
    Rule("unsupported_format", False, "the file's own format"),
    Rule("decode_error", False, "the file is damaged where it lies"),
    Rule("unsafe_target", False, "no address of a source"),
    Rule("several_parcels", False, "the county's books; they change by the year"),
    Rule("contradiction*", False, "the listings contradict each other"),
    Rule("gone_from_listing", False, "the listing shows it no more"),
    Rule("cleaned", False, "the listing shows it no more, and a person had its picture thrown away"),
)

PARTIAL = "partial"
"""Why a good visit has fewer photos than the listing: its page was saved without its scripts and shows a part."""
NO_SAVED_PAGE, NO_SAVED_COPY = "no_saved_page", "no_saved_copy"
SMALLER_COPY, EMBEDDED_COPY = "smaller_copy", "embedded_copy"
"""What a picture lacks that came out of a saved page: there is a larger file, or nobody knows whether there is one."""
OFFLINE_ONLY = frozenset({NO_SAVED_COPY, SMALLER_COPY})
"""Why photos are not had in full that no site was asked for: the next run that may ask need not wait."""

_WHOLE = {rule.name: rule for rule in TABLE if not rule.name.endswith("*")}
_STARTS = tuple(rule for rule in TABLE if rule.name.endswith("*"))


def rule_of(reason: str) -> Rule | None:
    """The table's rule for a reason: the whole name first, then the longest beginning; None for an unknown one."""
    fitting = [rule for rule in _STARTS if reason.startswith(rule.name[:-1])]
    return _WHOLE.get(reason) or max(fitting, key=lambda rule: len(rule.name), default=None)


def known_reasons() -> list[str]:
    """The names of the table; one that ends in `*` stands for all that begin so."""
    return [rule.name for rule in TABLE]


def is_transient(reason: str) -> bool:
    """Whether time can heal it, so that a later run asks again. A reason that nobody has classed is taken for one."""
    rule = rule_of(reason)
    return bool(reason) and (rule is None or rule.transient)
