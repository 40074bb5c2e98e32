"""The readers that are fuzzed, with their inputs: the fixtures and, where present, the real captures."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phx_scraper import pages
from phx_scraper.pages import maricopa_assessor, phoenix_mls, redfin, zillow
from tests.captures import CAPTURES

from .page_shells import next_data_page, redfin_page, zillow_page

FIXTURES = Path(__file__).parents[2] / "fixtures"

Page = Callable[[Any], bytes]


@dataclass(frozen=True)
class Target:
    """A reader, JSON inputs with the way to put them into a page, and bytes to mutate as they are."""

    source: str
    read: Callable[[bytes], object]
    trees: tuple[Any, ...]
    page: Page
    texts: tuple[bytes, ...]


def plain(tree: Any) -> bytes:
    return json.dumps(tree).encode()


def redfin_answers(tree: Any) -> bytes:
    return redfin_page(tree if isinstance(tree, dict) else {"/stingray/api/home/details/aboveTheFold": tree})


def jsonp(tree: Any) -> bytes:
    return b"phxOmni(" + plain(tree) + b");"


def fixture(source: str, case: str) -> bytes:
    return next((FIXTURES / source / case).glob("input.*")).read_bytes()


def capture(name: str) -> list[bytes]:
    return [(CAPTURES / name).read_bytes()] if CAPTURES.is_dir() else []


def payload_of(body: bytes) -> Any:
    return json.loads(body.decode().removeprefix("{}&&"))["payload"]


def trimmed(home: Any) -> Any:
    """A captured property without its long tail, so that most mutations hit what is read."""
    kept = (
        "zpid",
        "address",
        "homeStatus",
        "photoCount",
        "mlsid",
        "datePostedString",
        "priceHistory",
        "attributionInfo",
    )
    arrays = ("photos", "responsivePhotos", "responsivePhotosOriginalRatio")
    return {key: home[key] for key in kept} | {key: home[key][:6] for key in arrays}


def next_data_tree(case: str) -> Any:
    """The state of a Zillow fixture, its cache opened so that mutations reach the home inside."""
    state = json.loads(fixture("zillow", case).decode().split('json">')[1].split("</script>")[0])
    props = state["props"]["pageProps"]
    props["gdpClientCache"] = json.loads(props["gdpClientCache"])
    return state


def omni_tree() -> Any:
    return json.loads(fixture("phoenix_mls", "suggestions").decode().removeprefix("/**/ phxOmni(").removesuffix(");"))


def api_trees() -> tuple[Any, ...]:
    names = {"initialInfo": "initialInfo", "aboveTheFold": "aboveTheFold", "belowTheFold": "belowTheFold"}
    own = {"/stingray/api/home/details/aboveTheFold": payload_of(fixture("redfin", "api-answer"))}
    if not CAPTURES.is_dir():
        return (own,)
    folder = CAPTURES / "redfin" / "api"
    real = {
        f"/stingray/api/home/details/{name}": payload_of((folder / f"van-788w8-{file}.txt").read_bytes())
        for name, file in names.items()
    }
    real["/stingray/api/home/details/belowTheFold"] = {
        "propertyHistoryInfo": real["/stingray/api/home/details/belowTheFold"]["propertyHistoryInfo"]
    }
    return own, real


def answer_of(source: str, case: str) -> Any:
    """A whole API answer of Redfin as a tree."""
    return json.loads(fixture(source, case).decode().removeprefix("{}&&"))


def candidates(*texts: str) -> tuple[pages.Candidate, ...]:
    """Other things than candidates in their form, so that they are held to the same."""
    return tuple(pages.Candidate(text, {}, "") for text in texts)


def graph_tree() -> Any:
    named = {"__typename": "SearchAssistanceAddressResult", "id": "1200 W Saguaro Ln Peoria, AZ 85345"}
    region = {"__typename": "SearchAssistanceRegionResult", "id": "Peoria", "regionId": 1}
    return {"data": {"searchAssistanceResult": {"requestId": 1, "results": [region, named]}}}


def targets() -> dict[str, Target]:
    zurl = "https://www.zillow.com/homedetails/x/7654321_zpid/"
    surl = "https://www.zillow.com/homes/x_rb/"
    rurl = "https://www.redfin.com/AZ/Peoria/x-85345/home/27654321"
    purl = "https://phoenixmlssearch.com/mls/x-mls_6900123/"
    region = {"payload": {"rootDefaults": {"region_id": 36177, "region_type": 2, "market": "phoenix"}}}
    asked = "1200 W Saguaro Ln, Peoria, AZ 85345"
    gurl = "https://gis.mcassessor.maricopa.gov/arcgis/rest/services/x/query"
    murl = "https://mcassessor.maricopa.gov/parcel/20011223/sketches/"
    homes = [trimmed(json.loads(body)) | {"zpid": 7654321} for body in capture("zillow/property-scrapfly-a.json")]
    homes.append(
        {"zpid": 7654321, "address": {"streetAddress": "1 W A St", "city": "B"}, "photoCount": 0, "photos": []}
    )
    views = [next_data_tree("street-view-only"), next_data_tree("street-view-beside-photos")]
    state = json.loads(fixture("zillow", "search-page").decode().split('json">')[1].split("</script>")[0])
    suggestions = json.loads(fixture("zillow", "suggestions"))
    return {
        "zillow home": Target(
            "zillow",
            lambda b: pages.read("zillow", zurl, b),
            tuple(homes),
            zillow_page,
            (fixture("zillow", "for-sale"),),
        ),
        "zillow home with street views": Target(
            "zillow",
            lambda b: pages.read("zillow", zurl, b),
            tuple(views),
            lambda tree: next_data_page(json.dumps(tree)),
            (
                fixture("zillow", "street-view-only"),
                *capture("zillow/zillow-3001-garwood-austin-20231009-nophotos.html"),
            ),
        ),
        "zillow home at the address search": Target(
            "zillow",
            lambda b: zillow.read_search(surl, b),
            (next_data_tree("shape-of-2023-without-its-zpid"),),
            lambda tree: next_data_page(json.dumps(tree)),
            (fixture("zillow", "shape-of-2023-without-its-zpid"),),
        ),
        "zillow search": Target(
            "zillow",
            lambda b: zillow.read_search(surl, b),
            (state,),
            lambda tree: next_data_page(json.dumps(tree)),
            (fixture("zillow", "search-page"),),
        ),
        "zillow suggestions": Target("zillow", zillow.read_suggestions, (suggestions,), plain, (plain(suggestions),)),
        "redfin home": Target(
            "redfin",
            lambda b: pages.read("redfin", rurl, b),
            api_trees(),
            redfin_answers,
            (fixture("redfin", "for-sale"), fixture("redfin", "api-answer")),
        ),
        "redfin suggestions": Target(
            "redfin",
            redfin.read_suggestions,
            (json.loads(fixture("redfin", "suggestions").decode().removeprefix("{}&&")),),
            plain,
            (fixture("redfin", "suggestions"),),
        ),
        "redfin look-up": Target(
            "redfin",
            redfin.read_location,
            (answer_of("redfin", "query-location"), answer_of("redfin", "query-location-unsure")),
            plain,
            (fixture("redfin", "query-location-older"),),
        ),
        "redfin gis": Target(
            "redfin",
            redfin.read_gis,
            (answer_of("redfin", "gis"), answer_of("redfin", "gis-original-homes")),
            plain,
            (fixture("redfin", "gis"), *capture("redfin/api/irvine-2020-gis.txt")),
        ),
        "redfin region": Target(
            "redfin",
            lambda b: candidates(redfin.gis_url(redfin.read_region(b, "85345"))),
            (region,),
            plain,
            (plain(region),),
        ),
        "redfin zip page": Target(
            "redfin",
            lambda b: redfin.read_zip_page("https://www.redfin.com/zipcode/85345", b).homes,
            (),
            plain,
            ((Path(__file__).parent / "redfin_zip_page.html").read_bytes(),),
        ),
        "zillow graph": Target(
            "zillow", lambda b: candidates(*zillow.read_graph(b)), (graph_tree(),), plain, (plain(graph_tree()),)
        ),
        "assessor map": Target(
            "maricopa_assessor",
            lambda b: candidates(json.dumps(maricopa_assessor.read_location(gurl, b, "20011223"), allow_nan=False)),
            (json.loads(fixture("maricopa_assessor", "location")),),
            plain,
            (fixture("maricopa_assessor", "location"),),
        ),
        "assessor geocoder": Target(
            "maricopa_assessor",
            lambda b: candidates(json.dumps(maricopa_assessor.read_geocoder(gurl, b, asked), allow_nan=False)),
            (json.loads(fixture("maricopa_assessor", "geocoded")),),
            plain,
            (fixture("maricopa_assessor", "geocoded"),),
        ),
        "assessor details": Target(
            "maricopa_assessor",
            lambda b: candidates(json.dumps(maricopa_assessor.read_details(murl, b), allow_nan=False)),
            (json.loads(fixture("maricopa_assessor", "details")),),
            plain,
            (fixture("maricopa_assessor", "details"),),
        ),
        "phoenix_mls detail": Target(
            "phoenix_mls",
            lambda b: pages.read("phoenix_mls", purl, b),
            (),
            plain,
            (
                fixture("phoenix_mls", "template-1"),
                fixture("phoenix_mls", "template-2"),
                *capture("phoenixmls/rendered-3.15.5-detail-active-43.html"),
            ),
        ),
        "phoenix_mls results": Target(
            "phoenix_mls",
            lambda b: phoenix_mls.read_results(purl, b),
            (),
            plain,
            (fixture("phoenix_mls", "results"), fixture("phoenix_mls", "results-without-data")),
        ),
        "phoenix_mls suggestions": Target(
            "phoenix_mls", phoenix_mls.read_suggestions, (omni_tree(),), jsonp, (fixture("phoenix_mls", "suggestions"),)
        ),
        "assessor parcel": Target(
            "maricopa_assessor",
            lambda b: pages.read("maricopa_assessor", murl, b),
            (json.loads(fixture("maricopa_assessor", "sketches")), json.loads(fixture("maricopa_assessor", "details"))),
            plain,
            (fixture("maricopa_assessor", "sketches"), *capture("maricopa/parcel-14183749-sketches.json")),
        ),
        "assessor search": Target(
            "maricopa_assessor",
            lambda b: maricopa_assessor.read_search(murl, b)[0],
            (json.loads(fixture("maricopa_assessor", "search")),),
            plain,
            (fixture("maricopa_assessor", "search"), *capture("maricopa/search-property-results-composite.json")),
        ),
    }
