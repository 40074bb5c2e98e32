"""Detail pages in either template, results pages, and pages of unknown shape."""

from __future__ import annotations

from html import escape

from phx_scraper.replica.phoenix_mls import template_one, template_two
from phx_scraper.replica.phoenix_mls.facts import title_of
from phx_scraper.replica.phoenix_mls.photos import photo_url, resized_url
from phx_scraper.replica.phoenix_mls.presented import MlsListing, PresentedHome
from phx_scraper.replica.phoenix_mls.urls import PLUGIN, detail_url, mls_address
from phx_scraper.replica.phoenix_mls.wordpress_page import CHALLENGE_SCRIPT, wordpress_page

_SYSTEM = "m=20070913202326493241000000"
_RENAMED = (
    ("flexmls_connect__filmstrip", "flexmls_next__strip"),
    ("flexmls_connect__hidden'", "flexmls_next__box'"),
    ("flexmls_connect__main_image", "flexmls_next__main"),
    ("listing-slideshow", "listing-gallery"),
)


def detail_page(presented: PresentedHome, listing: MlsListing) -> str:
    """The page of one listing of the home."""
    body = (template_one if listing.template == 1 else template_two).content(presented, listing)
    script = CHALLENGE_SCRIPT if "phoenix_challenge_script" in presented.variations else ""
    return wordpress_page(title_of(presented, listing), body + script, _open_graph(presented, listing))


def unknown_shape_page(presented: PresentedHome, listing: MlsListing) -> str:
    """The listing's page with its photo blocks under new names, or without saying which listing it is."""
    page = detail_page(presented, listing)
    if presented.rng("strange").chance(0.5):
        for known, new in _RENAMED:
            page = page.replace(known, new)
        return page
    return page.replace(f"MLS# {listing.mls}", "Listing")


def _open_graph(presented: PresentedHome, listing: MlsListing) -> tuple[tuple[str, str], ...]:
    image = resized_url(listing.photos[0], "1280x1024") if listing.photos else ""
    url = detail_url(mls_address(presented.stated), listing.mls)
    return (("title", title_of(presented, listing)), ("image", image), ("url", url), ("type", "website"))


def results_page(found: list[tuple[PresentedHome, MlsListing]]) -> str:
    """The results of a search; of the photos only the first. Without a hit the page has another title."""
    hits = "".join(_hit(presented, listing) for presented, listing in found)
    return wordpress_page(
        "Search" if found else "Property Search",
        "<div class='flexmls_connect__page_content'><div class='flexmls_connect__sr_matches'>"
        f"<span class='flexmls_connect__sr_matches_count'>\n\t{len(found)}\t</span> matches found</div>{hits}</div>",
    )


def _hit(presented: PresentedHome, listing: MlsListing) -> str:
    address = escape(mls_address(presented.stated))
    link = escape(f"{detail_url(mls_address(presented.stated), listing.mls)}?pg=1&OrderBy=-ListPrice&{_SYSTEM}")
    return (
        f"<div class='flexmls_connect__sr_result' title='{address} - MLS# {listing.mls}' link='{link}'>"
        f"<div class='flexmls_connect__sr_price'>${listing.price:,}</div>"
        f"<div class='flexmls_connect__sr_address'><a href='{link}'>{address}</a></div>"
        f"<div class='flexmls_connect__sr_left_column'>{_main_photo(listing, address)}</div>"
        f"<a class='photo_click flexmls_connect__sr_asset_link'>View Photos ({listing.claimed})</a></div>"
    )


def _main_photo(listing: MlsListing, address: str) -> str:
    if not listing.photos:
        return f"<img class='flexmls_connect__sr_main_photo' src='{PLUGIN}/nophoto.gif' alt='{address}' />"
    cover = listing.photos[0]
    return (
        f"<a class='photo' href='{photo_url(cover)}'><img class='flexmls_connect__sr_main_photo'"
        f" src='{photo_url(cover, '')}' alt='{address}' /></a>"
    )
