"""The kinds of Redfin, Phoenix MLS and the Assessor, and those that lie between sources."""

from __future__ import annotations

from phx_scraper.replica.kind import Kind

REDFIN = (
    Kind("redfin_sold", "redfin fate", 0.10, "sold page (sdp) without MLS number in the title, whole gallery"),
    Kind("redfin_contract", "redfin fate", 0.05, "under contract"),
    Kind("redfin_off_market", "redfin fate", 0.05, "off market, photos absent", "empty"),
    Kind("redfin_rental", "redfin fate", 0.02, "a rental page, which has no home details", "error"),
    Kind("redfin_unlisted", "redfin fate", 0.03, "no such address in the autocomplete", "not_found"),
    Kind("redfin_near_misses", "redfin fate", 0.03, "only other homes of like address are offered", "not_found"),
    Kind("redfin_gone", "redfin fate", 0.015, "Page Not Found under the offered address", "not_found"),
    Kind("redfin_wrong_page", "redfin fate", 0.01, "the page shows another home than asked", "error"),
    Kind("redfin_strange", "redfin fate", 0.01, "a page in a shape nobody knows", "error"),
    Kind("redfin_api_only", "redfin fate", 0.03, "a page of unknown shape, but good API answers: ok"),
    Kind("redfin_ratelimited", "redfin fate", 0.008, "302 to ratelimited.redfin.com, which answers 429", "blocked"),
    Kind("redfin_robot", "redfin fate", 0.006, "the Are You a Robot page with 429, always", "blocked"),
    Kind("redfin_forbidden", "redfin fate", 0.006, "403 of the content network, always", "blocked"),
    Kind("redfin_accepted", "redfin fate", 0.006, "202 without a body, always", "blocked"),
    Kind("redfin_wrong_first", "redfin find", 0.15, "the first rows, or the exact match, are other homes"),
    Kind("redfin_neighbours", "redfin find", 0.12, "the right row stands among near misses"),
    Kind("redfin_moved", "redfin find", 0.04, "the row's address redirects (301) to the page's present one"),
    Kind("redfin_slow_down", "redfin hiccup", 0.03, "429 with Retry-After 1 on the first ask"),
    Kind("redfin_unavailable", "redfin hiccup", 0.03, "503 on the first ask"),
    Kind("redfin_foreign_photo", "redfin page", 0.15, "a photo of another MLS number inside the gallery"),
    Kind("redfin_older", "redfin page", 0.35, "galleries of older listings of the home in the history"),
    Kind("redfin_second_mls", "redfin page", 0.15, "the same pictures again under a second MLS's number"),
    Kind("redfin_versions", "redfin page", 0.30, "cover and rest have different versions in their file names"),
    Kind("redfin_few_tags", "redfin page", 0.20, "fewer captions than photos"),
    Kind("redfin_webp", "redfin page", 0.15, "all files are WebP"),
)

PHOENIX = (
    Kind("phoenix_closed", "phoenix fate", 0.10, "closed, whole gallery still shown"),
    Kind("phoenix_pending", "phoenix fate", 0.05, "under contract, taking backups"),
    Kind("phoenix_no_photos", "phoenix fate", 0.04, "a listing without photos", "empty"),
    Kind("phoenix_gone", "phoenix fate", 0.03, "This listing is no longer available", "not_found"),
    Kind("phoenix_unlisted", "phoenix fate", 0.03, "the autocomplete has no listing", "not_found"),
    Kind("phoenix_near_misses", "phoenix fate", 0.03, "only listings of other homes are offered", "not_found"),
    Kind("phoenix_wrong_page", "phoenix fate", 0.01, "the page shows another home than asked", "error"),
    Kind("phoenix_strange", "phoenix fate", 0.01, "a page in a shape nobody knows", "error"),
    Kind("phoenix_callback", "phoenix fate", 0.006, "the autocomplete calls another function than asked", "error"),
    Kind("phoenix_firewall", "phoenix fate", 0.02, "403 of the 7G firewall, always", "blocked"),
    Kind("phoenix_wrong_first", "phoenix find", 0.15, "the first suggestions are other homes"),
    Kind("phoenix_neighbours", "phoenix find", 0.12, "the right suggestion stands among near misses"),
    Kind("phoenix_slow_down", "phoenix hiccup", 0.03, "429 with Retry-After 1 on the first ask"),
    Kind("phoenix_unavailable", "phoenix hiccup", 0.03, "503 on the first ask"),
    Kind("phoenix_older", "phoenix page", 0.30, "the home has older MLS numbers with pages and photos of their own"),
    Kind("phoenix_overclaim", "phoenix page", 0.03, "template 1 claims more photos than it lists"),
    Kind("phoenix_no_original", "phoenix page", 0.10, "the original of a photo is 404, its resized copies are there"),
)

ASSESSOR = (
    Kind("assessor_no_sketch", "assessor fate", 0.12, "a parcel without sketches", "empty"),
    Kind("assessor_unlisted", "assessor fate", 0.03, "no parcel found", "not_found"),
    Kind("assessor_near_misses", "assessor fate", 0.04, "only parcels of other homes are found", "not_found"),
    Kind("assessor_refused", "assessor fate", 0.01, "403 for the parcel, whatever the token", "blocked"),
    Kind("assessor_html", "assessor fate", 0.01, "a web page instead of the parcel's JSON", "blocked"),
    Kind("assessor_strange", "assessor fate", 0.01, "sketches under a name nobody knows", "error"),
    Kind("assessor_crowded", "assessor find", 0.15, "the parcel stands on the second page of results or later"),
    Kind("assessor_unavailable", "assessor hiccup", 0.05, "500 on the first ask of each part of the parcel"),
    Kind("assessor_slow_down", "assessor hiccup", 0.03, "429 with Retry-After 1 on the first ask of each part"),
    Kind("assessor_other_parcel", "assessor page", 0.08, "a sketch of another parcel among the home's own"),
    Kind("assessor_cut_sketch", "assessor page", 0.03, "one more sketch, whose picture is cut short"),
)

CROSS = (
    Kind("cross_subset", "cross", 0.35, "the source lacks some of the home's pictures"),
    Kind("cross_single", "cross", 0.04, "the source shows the cover only"),
    Kind("cross_extra", "cross", 0.25, "the source has pictures that no other has"),
    Kind("cross_reordered", "cross", 0.40, "the source shows the pictures in another order"),
    Kind("cross_cropped", "cross", 0.25, "some of the source's copies lack up to 1 % at the edges"),
    Kind("cross_watermarked", "cross", 0.20, "some of the source's copies have a small mark in a corner"),
    Kind("cross_reencoded", "cross", 0.30, "some of the source's copies are encoded at low quality"),
    Kind("byte_equal", "cross equal", 0.10, "Redfin serves the very bytes of Zillow's files"),
    Kind("contradiction", "contradiction", 0.02, "Redfin or Phoenix MLS contradicts the other sources: error there"),
)
