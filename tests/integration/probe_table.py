"""What a probe says of each kind of trouble that the replica has: the steps that it names, with their words."""

from __future__ import annotations

from typing import Any, NamedTuple

HOME = "4700 W Davis Rd, Glendale, AZ 85306"
WORKS: tuple[str, ...] = ()
"""Nothing shows at a probe: every step works."""


class Case(NamedTuple):
    """A replica with its options, one source of it, and the steps that a probe names."""

    name: str
    source: str
    options: dict[str, Any]
    named: tuple[str, ...]
    address: str = HOME


# kind of the replica -> what a probe of that source names, in the order of its table
KINDS: dict[str, dict[str, tuple[str, ...]]] = {
    "zillow": {
        "sold": WORKS,
        "pending": WORKS,
        "rental": WORKS,
        "coming_soon": WORKS,
        "off_market": ("photos: no_photos",),
        "no_photos": ("photos: no_photos",),
        "no_listing": ("candidate: not_found",),
        "only_near_misses": ("candidate: not_found",),
        "wrong_page": ("proof: wrong_home:address",),
        "unknown_shape": ("state: not_understood:__NEXT_DATA__",),
        "blocked": ("page: captcha",),
        "blocked_old": ("page: captcha",),
        "blocked_200": ("page: captcha",),
        "blocked_bare": ("page: captcha",),
        "blocked_touch": ("page: captcha",),
        "blocked_wait": ("page: rate_limited",),
        "street_view_only": ("photos: no_photos",),
        "wrong_first": WORKS,
        "neighbours": WORKS,
        "search_direct": WORKS,
        "search_redirect": WORKS,
        "search_hits": WORKS,
        "rate_limited": ("page: rate_limited",),
        "unavailable": ("page: http_503",),
        "error_page": ("page: http_500",),
        "slow": WORKS,
        "overclaim": ("photos: fewer_than_claimed",),
        "repeated_entry": WORKS,
        "captcha_modal": WORKS,
        "big_page": WORKS,
        "copy_reencoded": WORKS,
        "copy_cropped": WORKS,
        "copy_brighter": WORKS,
        "copy_watermarked": WORKS,
        "photo_truncated": ("photo: truncated",),
        "photo_html": ("photo: html",),
        "photo_empty": ("photo: empty",),
        "photo_missing": ("photo: http_404",),
        "photo_denied_all": ("photo: http_403",),
        "photo_flat": ("photo: flat",),
        "photo_tiny": ("photo: too_small",),
        "photo_bomb": ("photo: too_many_pixels",),
        "photo_cut_once": ("photo: cut_short",),
        "photo_429_once": ("photo: rate_limited",),
        "photo_503_once": ("photo: http_503",),
        "photo_page_once": ("photo: html",),
        "photo_denied": ("photo: http_403",),
        "photo_huge_best": ("photo: too_many_pixels",),
        "photo_cut_best": ("photo: truncated",),
        "cross_subset": WORKS,
        "cross_single": WORKS,
        "cross_extra": WORKS,
        "cross_reordered": WORKS,
        "cross_cropped": WORKS,
        "cross_watermarked": WORKS,
        "cross_reencoded": WORKS,
        "byte_equal": WORKS,
        "pin_far": WORKS,
        "pin_very_far": WORKS,
        "contradiction": WORKS,
        "zillow_autocomplete_refused": ("autocomplete: forbidden",),
        "zillow_autocomplete_empty": ("autocomplete: empty",),
        "zillow_searches_refused": WORKS,
    },
    "redfin": {
        "redfin_sold": WORKS,
        "redfin_contract": WORKS,
        "redfin_off_market": ("photos: no_photos",),
        "redfin_rental": (
            "state: not_understood:aboveTheFold",
            "state: not_understood:initialInfo",
        ),
        "redfin_unlisted": ("candidate: not_found",),
        "redfin_near_misses": ("candidate: not_found",),
        "redfin_gone": ("state: not_found",),
        "redfin_wrong_page": ("proof: wrong_home:address",),
        "redfin_strange": (
            "state: not_understood:aboveTheFold",
            "state: not_understood:initialInfo",
        ),
        "redfin_api_only": ("state: not_understood:aboveTheFold",),
        "redfin_ratelimited": ("page: rate_limited",),
        "redfin_robot": ("page: rate_limited",),
        "redfin_forbidden": ("page: forbidden",),
        "redfin_challenge": ("page: captcha",),
        "redfin_challenge_bare": ("page: captcha",),
        "redfin_human": ("page: captcha",),
        "redfin_stub": ("page: throttled",),
        "redfin_wait": ("page: rate_limited",),
        "redfin_accepted": ("page: empty",),
        "redfin_wrong_first": WORKS,
        "redfin_neighbours": WORKS,
        "redfin_moved": WORKS,
        "autocomplete_literal": WORKS,
        "autocomplete_short": WORKS,
        "rental_only": WORKS,
        "redfin_slow_down": ("page: rate_limited",),
        "redfin_unavailable": (
            "page: http_503",
            "page: http_503",
        ),
        "redfin_foreign_photo": WORKS,
        "redfin_older": WORKS,
        "redfin_second_mls": WORKS,
        "redfin_versions": WORKS,
        "redfin_few_tags": WORKS,
        "redfin_waf_script": WORKS,
        "redfin_webp": WORKS,
        "autocomplete_refused": ("autocomplete: forbidden",),
        "lookups_refused": ("autocomplete: forbidden",),
    },
    "phoenix_mls": {
        "phoenix_closed": WORKS,
        "phoenix_pending": WORKS,
        "phoenix_no_photos": ("photos: no_photos",),
        "phoenix_gone": (
            "look-up: not_understood:address_search",
            "state: not_found",
        ),
        "phoenix_unlisted": ("look-up: not_understood:address_search",),
        "phoenix_near_misses": ("look-up: not_understood:address_search",),
        "phoenix_wrong_page": ("proof: wrong_home:address",),
        "phoenix_strange": ("state: not_understood:photos",),
        "phoenix_callback": ("autocomplete: not_understood:callback",),
        "phoenix_down": (
            "look-up: not_understood:address_search",
            "state: not_found",
        ),
        "phoenix_wait": ("page: rate_limited",),
        "phoenix_firewall": ("page: forbidden",),
        "phoenix_wrong_first": WORKS,
        "phoenix_neighbours": WORKS,
        "omni_literal": WORKS,
        "phoenix_slow_down": ("page: rate_limited",),
        "phoenix_unavailable": ("page: http_503",),
        "phoenix_older": WORKS,
        "phoenix_overclaim": WORKS,
        "phoenix_challenge_script": WORKS,
        "phoenix_no_original": WORKS,
        "omni_refused": ("autocomplete: forbidden",),
    },
    "maricopa_assessor": {
        "assessor_no_sketch": ("photos: no_photos",),
        "assessor_unlisted": ("candidate: not_found",),
        "assessor_near_misses": ("candidate: not_found",),
        "assessor_refused": ("facts: forbidden",),
        "assessor_html": ("facts: html_instead_of_json",),
        "assessor_strange": ("state: not_understood:Pages",),
        "assessor_search_gone": ("autocomplete: http_404",),
        "assessor_sketches_gone": ("page: http_400",),
        "assessor_wait": ("facts: rate_limited",),
        "assessor_literal": WORKS,
        "assessor_crowded": WORKS,
        "assessor_unavailable": (
            "facts: http_500",
            "page: http_500",
        ),
        "assessor_slow_down": ("facts: rate_limited",),
        "assessor_other_parcel": WORKS,
        "assessor_details_null": ("facts: not_understood:residential-details",),
        "assessor_two_parcels": WORKS,
        "assessor_cut_sketch": ("photo: truncated",),
        "assessor_map_down": (
            "facts: http_500",
            "facts: http_500",
            "facts: timeout",
        ),
    },
}

_ANOTHER = "4701 W Davis Rd, Glendale, AZ 85306"

MORE = (
    Case("no original", "phoenix_mls", {"only": ["phoenix_no_original"]}, ("photo: http_404",), _ANOTHER),
    Case(
        "claims more in the first template",
        "phoenix_mls",
        {"only": ["phoenix_overclaim"]},
        ("photos: fewer_than_claimed",),
        _ANOTHER,
    ),
    Case("contradicted", "redfin", {"only": ["contradiction"]}, ("proof: wrong_home:address",)),
    Case("refused from the first request on", "zillow", {"refuse": [["zillow", 1]]}, ("first page: forbidden",)),
    Case("refused from the second on", "redfin", {"refuse": [["redfin", 2]]}, ("autocomplete: forbidden",)),
    Case("refused from the third on", "phoenix_mls", {"refuse": [["phoenix_mls", 3]]}, ("page: forbidden",)),
    Case("refused from the fourth on", "zillow", {"refuse": [["zillow", 4]]}, ("photo: forbidden",)),
    Case("refused at the map", "maricopa_assessor", {"refuse": [["maricopa_assessor", 4]]}, ("facts: forbidden",)),
    Case("a shell for JSON", "zillow", {"stub": [["zillow", 2]]}, ("autocomplete: html_instead_of_json",)),
    Case("a shell for the page", "redfin", {"stub": [["redfin", 3]]}, ("page: throttled",)),
    Case("a shell for the photo", "phoenix_mls", {"stub": [["phoenix_mls", 4]]}, ("photo: html",)),
    Case(
        "no such endpoint",
        "zillow",
        {"sources": ["redfin"]},
        ("autocomplete: http_404", "look-up: http_404", "look-up: http_404"),
    ),
    Case(
        "too slow",
        "maricopa_assessor",
        {"slow": [["maricopa_assessor", 3000]]},
        ("first page: timeout", "autocomplete: timeout"),
    ),
)

CASES = (
    *(Case(kind, source, {"only": [kind]}, named) for source, kinds in KINDS.items() for kind, named in kinds.items()),
    *MORE,
)
