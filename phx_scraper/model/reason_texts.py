"""What each outcome and reason of a visit means to whoever collects, and what to do; docs/reasons.md is made of it."""

from __future__ import annotations

from typing import NamedTuple

from phx_scraper.model.outcome import LISTED


class Explanation(NamedTuple):
    """`names` are outcomes or reasons, or beginnings of reasons where they end in `*`; `outcomes` are those that a
    reason of a visit stands with, none for a photo's. Both texts are clauses without a full stop.
    """

    names: tuple[str, ...]
    meaning: str
    advice: str
    outcomes: tuple[str, ...] = ()


AGAIN = "run the same command again"
REPORT = "report the line of the log: it is a fault of this program"
NOTHING = "nothing"
SAVE = "wait and run the same command again, or save the page in your own browser (docs/saved-pages.md)"

OUTCOMES = (
    Explanation(("ok",), "the home's page was found and proven, its photos are there", NOTHING),
    Explanation(
        ("empty",),
        "the page was found and proven, and shows no photos; the reason is the listing's status",
        "nothing; sold and off-market homes often show none",
    ),
    Explanation(
        ("not_found",), "the source answered, and has no such home", "look at the address; a near miss is named"
    ),
    Explanation(("blocked",), "the source declined to answer; nobody knows whether it has photos", SAVE),
    Explanation(
        ("error",), "something went wrong, or could not be understood or proven", f"{AGAIN}; the reason says more"
    ),
    Explanation(("pending",), "not done yet: the run was stopped, or the source is left alone for now", AGAIN),
)

_BLOCKED, _ERROR, _PENDING = ("blocked",), ("error",), ("pending",)

VISITS = (
    Explanation(
        ("for_sale", "active", "pending", "sold", "for_rent", "coming_soon", "off_market", "parcel", "unknown"),
        "the status of a listing without photos; parcel is a record of the county, unknown one that does not say",
        NOTHING,
        ("empty",),
    ),
    Explanation(
        ("no_such_listing", "no_such_parcel"),
        "the source's search does not know the address",
        "compare the address with the near miss that is named; correct the list and run again",
        ("not_found",),
    ),
    Explanation(
        ("listing", "page", "answer", "parcel", "status", "zipcode"),
        "the search knew it, its page says that it is no longer here",
        "nothing; it is looked at again after `refresh_days`",
        ("not_found",),
    ),
    Explanation(("captcha",), "a page that wants a person to prove being one; it is never solved", SAVE, _BLOCKED),
    Explanation(
        ("forbidden", "unauthorised", "login"),
        "a plain refusal",
        f"{SAVE}; at the Assessor: check MARICOPA_ASSESSOR_TOKEN",
        _BLOCKED,
    ),
    Explanation(
        ("rate_limited", "throttled"),
        "too many requests for the source's taste",
        f"wait, then {AGAIN}; let one crawl at a time ask a source, and raise PHX_DELAY_SCALE",
        _BLOCKED,
    ),
    Explanation(("html_instead_of_json",), "a web page in the place of an answer, as walls give it", SAVE, _BLOCKED),
    Explanation(("empty",), "an answer without content, or one that says to wait, in the page's place", SAVE, _BLOCKED),
    Explanation(
        ("wrong_home:*",),
        "the source led to another home's page; nothing of it was stored",
        "compare the two addresses; where yours has a slip, correct the list",
        _ERROR,
    ),
    Explanation(
        ("contradiction:*",),
        "other sources, which agree with one another, say that this page is of another home",
        "nothing; it is looked at again after a week, and its photos are not shown",
        _ERROR,
    ),
    Explanation(
        ("not_understood:needs_browser",),
        "the page's content appears only after its scripts have run, and no browser was used, or it stayed empty there",
        "install the browser (docs/browser.md) and leave PHX_BROWSER at auto, or save the page yourself",
        _ERROR,
    ),
    Explanation(
        ("not_understood:*",),
        "a page in a shape that is not read; the missing part is named, the page is kept below metadata/unread",
        "run scrapy probe to see whether the source has changed, then a newer version of this program",
        _ERROR,
    ),
    Explanation(
        ("partial",),
        "a saved page without its scripts shows a part of the photos only, or the whole number is not known",
        "save the whole page, or let a later run fetch it",
        ("ok",),
    ),
    Explanation(
        ("no_saved_page",),
        "PHX_OFFLINE was set and no saved page is of this home",
        "save its page, or run without PHX_OFFLINE",
        _ERROR,
    ),
    Explanation(
        ("browser_unavailable",),
        "the page needs a browser and there is none",
        "install it; the sentence beside the reason says what (docs/browser.md)",
        _ERROR,
    ),
    Explanation(("browser_failed",), "the browser died or hung over this page, three times in a row", AGAIN, _ERROR),
    Explanation(
        ("no_photo_usable",),
        "the listing shows photos, and none of them gave a picture",
        "see the reasons of its photos (scrapy photos ADDRESS)",
        _ERROR,
    ),
    Explanation(
        ("several_parcels",),
        "the county lists several parcels at this address, and none of them is plainly the home",
        "add the unit to the address",
        _ERROR,
    ),
    Explanation(("no_way",), "no way to the home was left to try", f"{AGAIN} another day", _ERROR),
    Explanation(
        ("no_evidence",),
        "nothing on the page proves which home it is of",
        "look at the page; its address may be hidden by the seller",
        _ERROR,
    ),
    Explanation(("timeout", "cut_short"), "the answer came too slowly, or ended in the middle", AGAIN, _ERROR),
    Explanation(
        ("connection_*", "host_unknown"), "no answer at all", f"see that this machine is online, then {AGAIN}", _ERROR
    ),
    Explanation(("http_5*",), "the server is in trouble, by its own number", AGAIN, _ERROR),
    Explanation(("http_*",), "the server's own word for no", f"{AGAIN}; where it recurs, run scrapy probe", _ERROR),
    Explanation(("download:*",), "other trouble on the way, as the network library names it", AGAIN, _ERROR),
    Explanation(
        ("unsafe_target",),
        "the page led to an address that is none of the source's; it was not followed",
        "nothing; where it recurs, run scrapy probe",
        _ERROR,
    ),
    Explanation(
        ("too_large",), "an answer beyond the limits on size", "raise DOWNLOAD_MAXSIZE if you trust it", _ERROR
    ),
    Explanation(("item_lost", "bug:*"), "a fault of this program; nothing is lost", f"{AGAIN}, and {REPORT}", _ERROR),
    Explanation(
        (
            *("storageerror", "diskfull", "serveraway", "storeunreachable", "catalogueerror", "catalogueunreachable"),
            *("catalogueaway", "fileabsent", "wrongbytes", "unsafepath", "leaselost"),
        ),
        "the disk or the catalogue could not be read or written",
        f"see to the disk, then {AGAIN}",
        _ERROR,
    ),
    Explanation(("dry_run",), "found on a dry run; nothing was downloaded", "run without dry_run=1 to collect", LISTED),
    Explanation(("stopped",), "the run ended first", AGAIN, _PENDING),
    Explanation(
        ("left_alone",),
        "the source refused or failed several times in a row and is left alone for a while",
        f"wait (scrapy status --sources says until when), then {AGAIN}",
        _PENDING,
    ),
    Explanation(("offline",), "this machine had no network", f"go online, then {AGAIN}", _PENDING),
)


def explanation_of(reason: str, table: tuple[Explanation, ...]) -> Explanation | None:
    """The table's row for a reason: the whole name first, then the longest beginning; None for an unknown one."""
    rows = [(name, row) for row in table for name in row.names]
    starts = [(name, row) for name, row in rows if name.endswith("*") and reason.startswith(name[:-1])]
    whole = next((row for name, row in rows if name == reason), None)
    return whole or max(starts, key=lambda found: len(found[0]), default=("", None))[1]
