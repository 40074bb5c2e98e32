"""The parcel of one home as the Assessor presents it; responses and truth are both built from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from phx_scraper.replica.changes import Change, change_at, change_gallery, other_seed, with_price
from phx_scraper.replica.cross_source import as_stated, ending_at, outcome_of
from phx_scraper.replica.options import Options
from phx_scraper.replica.property import Property, property_at
from phx_scraper.replica.scenarios import choose_one, choose_some
from phx_scraper.replica.seeded_random import SeededRandom

_ABSENT = frozenset({"assessor_unlisted", "assessor_near_misses"})


@dataclass(frozen=True, slots=True)
class Sketch:
    """One page of a parcel's sketches. `seed` is 24 hexadecimal digits; a `cut` file is truncated."""

    page: int
    seed: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class PresentedParcel:
    """One parcel. `stated` is the home with the map layer's coordinates; `apn` has no dashes."""

    home: Property
    stated: Property
    ending: str
    lookup: str
    transient: str
    variations: tuple[str, ...]
    sketches: tuple[Sketch, ...]

    @property
    def apn(self) -> str:
        """The parcel's number as the API writes it."""
        return self.home.apn.replace("-", "")

    @property
    def in_search(self) -> bool:
        """Whether the search returns the parcel: homes in Arizona only, and not all of them."""
        return self.ending not in _ABSENT and self.home.address.state in ("AZ", "")

    @property
    def outcome(self) -> str:
        """The outcome of a perfect visit with a valid token."""
        if not self.in_search:
            return "not_found"
        outcome = outcome_of(self.ending)
        return "empty" if outcome == "ok" and not self.sketches else outcome

    def rng(self, *names: object) -> SeededRandom:
        """A random stream of this home at the Assessor."""
        return SeededRandom("maricopa_assessor", self.home.text.lower(), *names)


def present(text: str, options: Options) -> PresentedParcel:
    """The parcel at the address `text`; raises AddressError."""
    home = property_at(text, (0, 0))
    change = change_at(options.changes, "maricopa_assessor", home.text)
    home = with_price(home, change)
    rng = SeededRandom("maricopa_assessor", home.text.lower(), "kinds")
    ending = ending_at("maricopa_assessor", home.text, options)
    passing = outcome_of(ending) in ("ok", "empty")
    variations = choose_some(("assessor page",), rng.fork("page"), options)
    return PresentedParcel(
        home=home,
        stated=as_stated("maricopa_assessor", home, ""),
        ending=ending,
        lookup=choose_one("assessor lookup", rng.fork("find"), options),
        transient=choose_one("assessor transient", rng.fork("hiccup"), options) if passing else "",
        variations=variations,
        sketches=()
        if outcome_of(ending) == "empty"
        else _changed(home, _sketches(home, variations, rng.fork("sketches")), change),
    )


def second_parcel(parcel: PresentedParcel) -> PresentedParcel:
    """Another parcel at the home's address, with a number and sketches of its own."""
    rng = parcel.rng("second parcel")
    home = replace(parcel.home, apn=f"{rng.between(511, 599)}-{rng.between(1, 999):03}-{rng.between(1, 999):03}")
    return replace(parcel, home=home, variations=(), transient="", sketches=_sketches(home, (), rng))


def _changed(home: Property, sketches: tuple[Sketch, ...], change: Change) -> tuple[Sketch, ...]:
    def redone(sketch: Sketch) -> Sketch:
        return replace(sketch, seed=other_seed(sketch.seed))

    def added(number: int) -> Sketch:
        page = len(sketches) + number
        return Sketch(page, SeededRandom("sketch", home.apn, page).hex(24))

    return change_gallery(sketches, change, redone, added)


def _sketches(home: Property, variations: tuple[str, ...], rng: SeededRandom) -> tuple[Sketch, ...]:
    count = rng.weighted(((1, 0.7), (2, 0.2), (3, 0.1)))
    whole = [Sketch(page, SeededRandom("sketch", home.apn, page).hex(24)) for page in range(1, count + 1)]
    if "assessor_cut_sketch" in variations:
        whole.append(Sketch(count + 1, SeededRandom("sketch", home.apn, count + 1).hex(24), cut=True))
    return tuple(whole)
