"""The requests that lead to a home at each source, recognised by host and path, and the home of each request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_plus

from phx_scraper.homes import parse_address
from phx_scraper.replica import Options
from phx_scraper.replica.maricopa_assessor.presented import present as present_parcel
from phx_scraper.replica.phoenix_mls import photos as phoenix_photos
from phx_scraper.replica.phoenix_mls.presented import present as present_at_phoenix
from phx_scraper.replica.redfin import photos as redfin_photos
from phx_scraper.replica.redfin.presented import present as present_at_redfin
from phx_scraper.replica.redfin.searches import internal_region_id
from phx_scraper.replica.zillow import photos as zillow_photos
from phx_scraper.replica.zillow.presented import present as present_at_zillow
from tests.faults.fault_routes import ReceivedRequest

BEST, ONE, ALL = "best file of one photo", "all files of one photo", "all photos"
PHOTO_SCOPES = (BEST, ONE, ALL)
_WORD = re.compile(r"[0-9A-Za-z]+")


@dataclass(frozen=True)
class Step:
    """One step: requests of `host` whose path and query match `pattern`; `after` are the steps that come before it."""

    source: str
    name: str
    host: str
    pattern: str
    after: tuple[str, ...] = ()


_REDFIN, _ZILLOW, _MLS = "www.redfin.com", "www.zillow.com", "phoenixmlssearch.com"
_COUNTY, _MAPS = "mcassessor.maricopa.gov", "gis.mcassessor.maricopa.gov"
_LOOKUPS = ("autocomplete", "query-location", "rental")

STEPS = (
    Step("redfin", "autocomplete", _REDFIN, r"/stingray/do/location-autocomplete"),
    Step("redfin", "query-location", _REDFIN, r"/stingray/do/query-location", _LOOKUPS[:1]),
    Step("redfin", "rental", _REDFIN, r"/stingray/do/rental-location-autocomplete", _LOOKUPS[:2]),
    Step("redfin", "zip page", _REDFIN, r"/zipcode/", _LOOKUPS),
    Step("redfin", "region", _REDFIN, r"/stingray/api/region", (*_LOOKUPS, "zip page")),
    Step("redfin", "gis", _REDFIN, r"/stingray/api/gis", (*_LOOKUPS, "zip page")),
    Step("redfin", "home page", _REDFIN, r"/(?!stingray).*home/\d+"),
    Step("redfin", "initialInfo", _REDFIN, r"/stingray/api/home/details/initialInfo", ("home page",)),
    Step("redfin", "aboveTheFold", _REDFIN, r"/stingray/api/home/details/aboveTheFold", ("home page",)),
    Step("zillow", "autocomplete", "www.zillowstatic.com", r"/autocomplete/"),
    Step("zillow", "search", _ZILLOW, r"/homes/.*_rb", ("autocomplete",)),
    Step("zillow", "zg-graph", _ZILLOW, r"/zg-graph", ("autocomplete", "search")),
    Step("zillow", "home page", _ZILLOW, r"/homedetails/"),
    Step("phoenix_mls", "omni", "apps.flexmls.com", r"/quick_launch/omni"),
    Step("phoenix_mls", "results page", _MLS, r"/mls/search/?\?.*ListingId", ("omni",)),
    Step("phoenix_mls", "search page", _MLS, r"/mls/search/?\?(?!.*ListingId)", ("omni", "results page")),
    Step("phoenix_mls", "home page", _MLS, r"/mls/.*mls_"),
    Step("maricopa_assessor", "search", _COUNTY, r"/search/property"),
    Step("maricopa_assessor", "details", _COUNTY, r"/parcel/.*/residential-details"),
    Step("maricopa_assessor", "sketches", _COUNTY, r"/parcel/.*/sketches"),
    Step("maricopa_assessor", "map", _MAPS, r"/.*/Parcels/MapServer/0/query"),
    Step("maricopa_assessor", "older map", _MAPS, r"/.*/MaricopaDynamicQueryService/MapServer/3/query", ("map",)),
    Step("maricopa_assessor", "geocoder", _MAPS, r"/.*/findAddressCandidates", ("map", "older map")),
)
PHOTO_HOSTS = {
    "photos.zillowstatic.com": "zillow",
    "ssl.cdn-redfin.com": "redfin",
    "cdn.photos.sparkplatform.com": "phoenix_mls",
    "cdn.resize.sparkplatform.com": "phoenix_mls",
}
AT_HOST = {host: [step for step in STEPS if step.host == host] for host in {step.host for step in STEPS}}


@dataclass(frozen=True)
class Gallery:
    """The second photo of a home at a source: its key among the words of a URL, and the path of its best file."""

    key: str
    best: str


class HomeIndex:
    """The home of a request: homes by the numbers in it, unique over all homes."""

    def __init__(self, homes: Iterable[str], options: Options) -> None:
        self.by_word: dict[str, str] = {}
        self.galleries: dict[tuple[str, str], Gallery] = {}
        for home in homes:
            self._add(home, options)

    def _add(self, home: str, options: Options) -> None:
        address, parcel = parse_address(home), present_parcel(home, options)
        zillow, redfin = present_at_zillow(home, options), present_at_redfin(home, options)
        phoenix = present_at_phoenix(home, options)
        words = {address.number, address.zip, str(zillow.zpid), str(redfin.property_id), str(redfin.listing_id)}
        words |= {parcel.apn, zillow.home.mls, str(internal_region_id(address.zip))}
        words |= {photo.key for photo in zillow.photos} | {photo.spark_id for photo in phoenix.listing.photos}
        for word in words:
            assert self.by_word.setdefault(word, home) == home, f"{word} is of two homes"
        best = zillow_photos.best_variant(options.width)[0]
        shots = zillow.photos[1], redfin.photos[1], phoenix.listing.photos[1]
        files = zillow_photos.photo_url(shots[0].key, best), redfin_photos.photo_url(shots[1])
        self.galleries |= {
            (home, "zillow"): Gallery(shots[0].key, _path(files[0])),
            (home, "redfin"): Gallery(shots[1].stem, _path(files[1])),
            (home, "phoenix_mls"): Gallery(shots[2].spark_id, _path(phoenix_photos.photo_url(shots[2]))),
        }

    def of(self, request: ReceivedRequest) -> str:
        """The home of a request, "" for no home of the list."""
        text = unquote_plus(request.target) + (
            request.body.decode("utf-8", "replace") if request.method == "POST" else ""
        )
        return next((self.by_word[word] for word in _WORD.findall(text) if word in self.by_word), "")

    def steps(self, request: ReceivedRequest, home: str) -> list[tuple[str, str]]:
        """(source, step) of a request; a photo's request has several scopes."""
        source = PHOTO_HOSTS.get(request.host)
        if source:
            gallery = self.galleries[home, source]
            of_one = [(source, ONE)] if gallery.key in request.path else []
            best = [(source, BEST)] if request.path == gallery.best else []
            return [*best, *of_one, (source, ALL)]
        asked = unquote_plus(request.target.partition(request.host)[2])
        return [(step.source, step.name) for step in AT_HOST.get(request.host, []) if re.match(step.pattern, asked)]


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]
