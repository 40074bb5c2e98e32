"""What each reason of a photo means to whoever collects, and what to do; docs/reasons.md is made of it."""

from __future__ import annotations

from phx_scraper.model.reason_texts import AGAIN, NOTHING, Explanation

PHOTOS = (
    Explanation(
        ("http_5*", "http_2*", "http_401", "http_403", "http_408", "http_421", "http_423", "http_425", "http_429"),
        "the photo's server refuses it, or is in trouble",
        AGAIN,
    ),
    Explanation(("http_*",), "the file is not there, as of 404 and 410", NOTHING),
    Explanation(("html", "empty", "not_image"), "a web page, nothing, or something else in the picture's place", AGAIN),
    Explanation(("truncated",), "a picture that ends in the middle", AGAIN),
    Explanation(("decode_error",), "a damaged picture", NOTHING),
    Explanation(("unsupported_format",), "a format that is not read", NOTHING),
    Explanation(
        ("too_small",),
        "smaller than PHX_MIN_WIDTH or PHX_MIN_HEIGHT: an icon",
        "lower them and run scrapy retry if you want it",
    ),
    Explanation(
        ("too_many_pixels", "too_large"),
        "beyond PHX_MAX_PIXELS or PHX_MAX_PHOTO_BYTES",
        "raise it and run scrapy retry if you trust it",
    ),
    Explanation(("flat",), "hardly more than one colour, as plates that say that there is no photo", NOTHING),
    Explanation(
        ("decoder_crash", "decoder_timeout"),
        "the picture made its decoder crash or hang; only this photo is lost",
        f"{AGAIN}; where memory is short lower PHX_IMAGE_WORKERS",
    ),
    Explanation(
        ("cleaned",),
        "its listing shows it no more, and scrapy clean --removed threw its picture away",
        "nothing; it is fetched when it is listed again",
    ),
    Explanation(
        ("no_saved_copy",), "PHX_OFFLINE was set and no saved file holds it", "run without PHX_OFFLINE to fetch it"
    ),
    Explanation(
        ("embedded_copy",),
        "it came as bytes inside a page that was saved as one file; its address is not known",
        "save the whole page, or let a later run fetch it, for a full-size file",
    ),
    Explanation(
        ("smaller_copy",),
        "it has a picture: a smaller file out of a saved page",
        "run without PHX_OFFLINE for the full size",
    ),
    Explanation(("contradiction*",), "its listing is of another home, as other sources say", NOTHING),
    Explanation(("gone_from_listing",), "it could not be had, and its listing shows it no more", NOTHING),
    Explanation(("Sketch", "Pages"), "the county's answer holds no such drawing", AGAIN),
    Explanation(("timeout", "cut_short"), "it came too slowly, or ended in the middle", AGAIN),
    Explanation(
        ("connection_*", "host_unknown"),
        "no answer of the photo's host",
        f"see that this machine is online, then {AGAIN}",
    ),
    Explanation(("download:*", "item_lost"), "other trouble on the way", AGAIN),
    Explanation(
        ("unsafe_target",),
        "its address is none of the source's; it was not followed",
        "nothing; where it recurs, run scrapy probe",
    ),
    Explanation(
        ("forbidden", "unauthorised", "rate_limited", "captcha", "throttled", "login", "html_instead_of_json"),
        "its server refused it",
        f"wait, then {AGAIN}",
    ),
)
