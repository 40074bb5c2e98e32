"""What the Assessor has of one home: the choices that both its answers and the truth are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from phx_scraper.replica.cross_source import as_seen, fate_at, outcome_of
from phx_scraper.replica.options import Options
from phx_scraper.replica.property import World, look_up
from phx_scraper.replica.scenarios import choose_one, choose_some
from phx_scraper.replica.seeded_random import Dice

_ABSENT = frozenset({"assessor_unlisted", "assessor_near_misses"})


@dataclass(frozen=True, slots=True)
class Sketch:
    """One page of a parcel's sketches. `seed` (24 hexadecimal digits) is the drawing; a cut one is no picture."""

    page: int
    seed: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One parcel. `seen` is the home as the map layer places it; `apn` has no dashes."""

    world: World
    seen: World
    fate: str
    find: str
    hiccup: str
    marks: tuple[str, ...]
    sketches: tuple[Sketch, ...]

    @property
    def apn(self) -> str:
        """The parcel's number as the API writes it."""
        return self.world.apn.replace("-", "")

    @property
    def listed(self) -> bool:
        """Whether the search has the parcel: only Arizona's homes, and not all of them."""
        return self.fate not in _ABSENT and self.world.address.state in ("AZ", "")

    @property
    def outcome(self) -> str:
        """How a perfect visit with a valid token ends."""
        if not self.listed:
            return "not_found"
        ending = outcome_of(self.fate)
        return "empty" if ending == "ok" and not self.sketches else ending

    def dice(self, *names: object) -> Dice:
        """Chance that belongs to this home at the Assessor."""
        return Dice("maricopa_assessor", self.world.text.lower(), *names)


def show(text: str, options: Options) -> Shown:
    """The parcel at the address `text`; raises AddressError."""
    world = look_up(text, (0, 0))
    dice = Dice("maricopa_assessor", world.text.lower(), "kinds")
    fate = fate_at("maricopa_assessor", world.text, options)
    passing = outcome_of(fate) in ("ok", "empty")
    marks = choose_some(("assessor page",), dice.fork("page"), options)
    return Shown(
        world=world,
        seen=as_seen("maricopa_assessor", world, ""),
        fate=fate,
        find=choose_one("assessor find", dice.fork("find"), options),
        hiccup=choose_one("assessor hiccup", dice.fork("hiccup"), options) if passing else "",
        marks=marks,
        sketches=() if outcome_of(fate) == "empty" else _sketches(world, marks, dice.fork("sketches")),
    )


def second_parcel(parcel: Shown) -> Shown:
    """Another parcel at the home's address, with a number and sketches of its own."""
    dice = parcel.dice("second parcel")
    world = replace(parcel.world, apn=f"{dice.between(511, 599)}-{dice.between(1, 999):03}-{dice.between(1, 999):03}")
    return replace(parcel, world=world, marks=(), hiccup="", sketches=_sketches(world, (), dice))


def _sketches(world: World, marks: tuple[str, ...], dice: Dice) -> tuple[Sketch, ...]:
    count = dice.weighted(((1, 0.7), (2, 0.2), (3, 0.1)))
    whole = [Sketch(page, Dice("sketch", world.apn, page).hex(24)) for page in range(1, count + 1)]
    if "assessor_cut_sketch" in marks:
        whole.append(Sketch(count + 1, Dice("sketch", world.apn, count + 1).hex(24), cut=True))
    return tuple(whole)
