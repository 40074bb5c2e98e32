"""A store in which every text that comes from elsewhere is hostile: markup, quotes, marks of direction, very long."""

from __future__ import annotations

from sqlalchemy import update

from phx_scraper.homes import Home
from phx_scraper.model.listing import Evidence
from phx_scraper.storage.catalogue import schema
from tests.unit.report.planted_store import PlantedStore
from tests.unit.storage.catalogue_helpers import BROKEN, Shown, homes

LONG = "w" * 10_000
TEXTS = (
    "</title></style></script><script>document.title='run'</script>",
    "\"'><img src=x onerror=\"document.title='run'\">",
    "' onmouseover='document.title=1' autofocus onfocus='document.title=1'",
    "--><!-- ]]> {{ 7*7 }} {% raw %} &lt;script&gt; &#x3c;",
    "\u202eevil\u202c \u2066\u2067\u200f\u061c \u0007\u0000 \ufeff",
    f"<b>{LONG}",
    LONG,
    " \n\t ",
    "שלום, عرض المنزل",
)
URLS = (
    "javascript:document.title='run'",
    "data:text/html,<script>document.title='run'</script>",
    "https://a.example/\"><script>document.title='run'</script>",
    "https://a.example/" + LONG,
)


def plant(store: PlantedStore) -> list[Home]:
    """Fill the store; returns its homes. No list of homes gives such addresses: a catalogue of somebody else may."""
    planted = homes()
    store.begin(planted)
    for place, home in enumerate(planted):
        names = {"address": f"{place} {TEXTS[place]}", "city": TEXTS[place + 1], "slug": f"{place}-{TEXTS[place][:60]}"}
        _call(store, names, home)
        for number, source in enumerate(("zillow", "redfin", "phoenix_mls")):
            store.collect_as(
                source,
                *(Shown(f"{source}{place}", f"scene-{place}") for place in range(len(TEXTS) - number)),
                Shown(f"{source}-broken", BROKEN),
                home=home,
                captions=TEXTS,
                url=URLS[number],
                status=TEXTS[number],
                ids={"mls": TEXTS[number], TEXTS[1]: TEXTS[0]},
                facts={
                    "price": TEXTS[number],
                    "beds": LONG,
                    "home_type": TEXTS[4],
                    TEXTS[0]: TEXTS[1],
                    "area_sqft": 1e300,
                },
                evidence=(Evidence("address", TEXTS[0], TEXTS[1]), Evidence(f"mls@{TEXTS[2]}", TEXTS[4], TEXTS[5])),
                refused=((TEXTS[0], 3), (LONG, 2)),
                claimed_photo_count=99,
            )
    return planted


def _call(store: PlantedStore, names: dict[str, str], home: Home) -> None:
    with store.catalogue.transaction() as tx:
        tx.execute(update(schema.homes).where(schema.homes.c.property_hash == home.property_hash).values(**names))
