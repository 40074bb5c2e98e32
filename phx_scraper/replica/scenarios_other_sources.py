"""The scenarios of Redfin, Phoenix MLS and the Assessor, and those that involve several sources."""

from __future__ import annotations

from phx_scraper.replica.scenario import Scenario

REDFIN = (
    Scenario("redfin_sold", "redfin ending", 0.10, "sold page (sdp) without MLS number in the title, whole gallery"),
    Scenario("redfin_contract", "redfin ending", 0.05, "under contract"),
    Scenario("redfin_off_market", "redfin ending", 0.05, "off market, photos absent", "empty"),
    Scenario("redfin_rental", "redfin ending", 0.02, "a rental page, which has no home details", "error"),
    Scenario("redfin_unlisted", "redfin ending", 0.03, "no such address in the autocomplete", "not_found"),
    Scenario(
        "redfin_near_misses", "redfin ending", 0.03, "only other homes with similar addresses are offered", "not_found"
    ),
    Scenario("redfin_gone", "redfin ending", 0.015, "Page Not Found at the offered URL", "not_found"),
    Scenario("redfin_wrong_page", "redfin ending", 0.01, "the page shows another home than requested", "error"),
    Scenario("redfin_strange", "redfin ending", 0.01, "a page of unknown shape", "error"),
    Scenario("redfin_api_only", "redfin ending", 0.03, "a page of unknown shape, but good API responses: ok"),
    Scenario(
        "redfin_ratelimited", "redfin ending", 0.008, "302 to ratelimited.redfin.com, which answers 429", "blocked"
    ),
    Scenario("redfin_robot", "redfin ending", 0.006, "the Are You a Robot page with 429, always", "blocked"),
    Scenario("redfin_forbidden", "redfin ending", 0.006, "403 of the content network, always", "blocked"),
    Scenario(
        "redfin_challenge", "redfin ending", 0.001, "202 with AWS WAF's challenge and its header, always", "blocked"
    ),
    Scenario(
        "redfin_challenge_bare", "redfin ending", 0.001, "202 with AWS WAF's challenge, no header, always", "blocked"
    ),
    Scenario("redfin_human", "redfin ending", 0.001, "405 with AWS WAF's captcha, always", "blocked"),
    Scenario("redfin_stub", "redfin ending", 0.001, "200 with a page's shell and no state, always", "blocked"),
    Scenario("redfin_wait", "redfin ending", 0.0, "429 with Retry-After of two hours, always", "blocked"),
    Scenario("redfin_accepted", "redfin ending", 0.005, "202 without a body, always", "blocked"),
    Scenario("redfin_wrong_first", "redfin lookup", 0.15, "the first rows, or the exact match, are other homes"),
    Scenario("redfin_neighbours", "redfin lookup", 0.12, "the right row is listed among near misses"),
    Scenario("redfin_moved", "redfin lookup", 0.04, "the row's URL redirects (301) to the page's current one"),
    Scenario("autocomplete_literal", "redfin lookup", 0.05, "lookups match only the spelled-out form (Road, not Rd)"),
    Scenario("autocomplete_short", "redfin lookup", 0.04, "lookups match the address only without its city"),
    Scenario("rental_only", "redfin lookup", 0.03, "only the rental lookup knows the address"),
    Scenario("redfin_slow_down", "redfin transient", 0.03, "429 with Retry-After 1 on the first request"),
    Scenario("redfin_unavailable", "redfin transient", 0.03, "503 on the first request"),
    Scenario("redfin_foreign_photo", "redfin page", 0.15, "a photo of another MLS number inside the gallery"),
    Scenario("redfin_older", "redfin page", 0.35, "galleries of older listings of the home in the history"),
    Scenario("redfin_second_mls", "redfin page", 0.15, "the same pictures again under a second MLS's number"),
    Scenario("redfin_versions", "redfin page", 0.30, "cover and rest have different versions in their file names"),
    Scenario("redfin_few_tags", "redfin page", 0.20, "fewer captions than photos"),
    Scenario("redfin_waf_script", "redfin page", 0.50, "the bot protection's script on a good page"),
    Scenario("redfin_webp", "redfin page", 0.15, "all files are WebP"),
    Scenario("redfin_own_photos", "redfin page", 0.0, "pictures that Redfin took itself: no version in their names"),
)

PHOENIX = (
    Scenario("phoenix_closed", "phoenix ending", 0.10, "closed, whole gallery still shown"),
    Scenario("phoenix_pending", "phoenix ending", 0.05, "under contract, taking backups"),
    Scenario("phoenix_no_photos", "phoenix ending", 0.04, "a listing without photos", "empty"),
    Scenario("phoenix_gone", "phoenix ending", 0.03, "This listing is no longer available", "not_found"),
    Scenario("phoenix_unlisted", "phoenix ending", 0.03, "the autocomplete has no listing", "not_found"),
    Scenario("phoenix_near_misses", "phoenix ending", 0.03, "only listings of other homes are offered", "not_found"),
    Scenario("phoenix_wrong_page", "phoenix ending", 0.01, "the page shows another home than requested", "error"),
    Scenario("phoenix_strange", "phoenix ending", 0.01, "a page of unknown shape", "error"),
    Scenario("phoenix_callback", "phoenix ending", 0.006, "the autocomplete calls another function: found by address"),
    Scenario(
        "phoenix_down", "phoenix ending", 0.0, "the plugin cannot reach its data: no longer available, 0 hits", "error"
    ),
    Scenario("phoenix_wait", "phoenix ending", 0.0, "429 with Retry-After of two hours, always", "blocked"),
    Scenario("phoenix_firewall", "phoenix ending", 0.02, "403 of the 7G firewall, always", "blocked"),
    Scenario("phoenix_wrong_first", "phoenix lookup", 0.15, "the first suggestions are other homes"),
    Scenario("phoenix_neighbours", "phoenix lookup", 0.12, "the right suggestion is listed among near misses"),
    Scenario(
        "omni_literal", "phoenix lookup", 0.04, "the autocomplete matches only the spelled-out form (Road, not Rd)"
    ),
    Scenario("phoenix_slow_down", "phoenix transient", 0.03, "429 with Retry-After 1 on the first request"),
    Scenario("phoenix_unavailable", "phoenix transient", 0.03, "503 on the first request"),
    Scenario(
        "phoenix_older", "phoenix page", 0.30, "the home has older MLS numbers with pages and photos of their own"
    ),
    Scenario("phoenix_overclaim", "phoenix page", 0.03, "template 1 claims more photos than it lists"),
    Scenario("phoenix_challenge_script", "phoenix page", 0.20, "Cloudflare's script on a good page"),
    Scenario(
        "phoenix_no_original", "phoenix page", 0.10, "the original of a photo is 404, its resized copies are there"
    ),
)

ASSESSOR = (
    Scenario("assessor_no_sketch", "assessor ending", 0.12, "a parcel without sketches", "empty"),
    Scenario("assessor_unlisted", "assessor ending", 0.03, "no parcel found", "not_found"),
    Scenario("assessor_near_misses", "assessor ending", 0.04, "only parcels of other homes are found", "not_found"),
    Scenario("assessor_refused", "assessor ending", 0.01, "403 for the parcel, whatever the token", "blocked"),
    Scenario("assessor_html", "assessor ending", 0.01, "a web page instead of the parcel's JSON", "blocked"),
    Scenario("assessor_strange", "assessor ending", 0.01, "sketches under an unknown name", "error"),
    Scenario("assessor_search_gone", "assessor ending", 0.0, "404 with a web page for every search", "error"),
    Scenario(
        "assessor_sketches_gone",
        "assessor ending",
        0.0,
        "404 with a web page, or 400, for sketches",
        "error",
    ),
    Scenario("assessor_wait", "assessor ending", 0.0, "429 with Retry-After of two hours, always", "blocked"),
    Scenario(
        "assessor_literal", "assessor lookup", 0.03, "the search matches only the spelled-out form (Road, not Rd)"
    ),
    Scenario("assessor_crowded", "assessor lookup", 0.15, "the parcel is on the second page of results or later"),
    Scenario("assessor_unavailable", "assessor transient", 0.05, "500 on the first request of each part of the parcel"),
    Scenario(
        "assessor_slow_down", "assessor transient", 0.03, "429 with Retry-After 1 on the first request of each part"
    ),
    Scenario("assessor_other_parcel", "assessor page", 0.08, "a sketch of another parcel among the home's own"),
    Scenario("assessor_details_null", "assessor page", 0.04, "a parcel's details are {} or null"),
    Scenario("assessor_two_parcels", "assessor page", 0.06, "a commercial parcel with sketches at the same address"),
    Scenario("assessor_cut_sketch", "assessor page", 0.03, "one more sketch, whose file is cut short"),
)

CROSS = (
    Scenario("cross_subset", "cross", 0.35, "the source lacks some of the home's pictures"),
    Scenario("cross_single", "cross", 0.04, "the source shows the cover only"),
    Scenario("cross_extra", "cross", 0.25, "the source has pictures that no other has"),
    Scenario("cross_reordered", "cross", 0.40, "the source shows the pictures in another order"),
    Scenario("cross_cropped", "cross", 0.25, "some of the source's copies lack up to 1 % at the edges"),
    Scenario("cross_watermarked", "cross", 0.20, "some of the source's copies have a small mark in a corner"),
    Scenario("cross_reencoded", "cross", 0.30, "some of the source's copies are encoded at low quality"),
    Scenario("byte_equal", "cross equal", 0.10, "Redfin serves the very bytes of Zillow's files"),
    Scenario("pin_far", "pin", 0.05, "Redfin or Phoenix MLS pins the home 440 m off, with equal MLS number and APN"),
    Scenario("pin_very_far", "pin", 0.0, "Redfin or Phoenix MLS pins the home 5 km off, with equal MLS number and APN"),
    Scenario(
        "contradiction", "contradiction", 0.02, "Redfin or Phoenix MLS contradicts the other sources: error there"
    ),
)
