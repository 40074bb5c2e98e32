"""Directions, unit designators and states of USPS Publication 28 (213, 233, appendices B and C2)."""

from __future__ import annotations

from types import MappingProxyType

from phx_scraper.homes.address_words import word_set

DIRECTIONS = MappingProxyType(
    {
        "N": "N", "NORTH": "N", "S": "S", "SOUTH": "S", "E": "E", "EAST": "E", "W": "W", "WEST": "W",
        "NE": "NE", "NORTHEAST": "NE", "NW": "NW", "NORTHWEST": "NW",
        "SE": "SE", "SOUTHEAST": "SE", "SW": "SW", "SOUTHWEST": "SW",
    }
)  # fmt: skip
"""Spelling to abbreviation, all upper case."""

DIRECTION_WORDS = MappingProxyType({"N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST"})
"""Abbreviation to the word used inside a name ("W South Mountain Ave")."""

UNIT_DESIGNATORS = word_set("# APT APARTMENT UNIT STE SUITE NO NUM TOWNHOUSE TOWNHOME CONDO")
"""Words before a dwelling's identifier; a letter or a number may follow."""

UNIT_DESIGNATORS_BEFORE_NUMBER = word_set(
    "LOT SP SPC SPACE TRLR TRAILER RM ROOM SLIP STOP DEPT DEPARTMENT HNGR HANGAR KEY PIER PH PENTHOUSE"
)
"""Words that count as a designator only before an identifier with a digit: else they are part of a name."""

LEVEL_DESIGNATORS = MappingProxyType({"BLDG": "Bldg", "BUILDING": "Bldg", "FL": "Fl", "FLOOR": "Fl", "FLR": "Fl"})
"""Words for a part of a building that holds several dwellings; kept, since "Bldg 5" is not "Unit 5"."""

UNITS_WITHOUT_IDENTIFIER = MappingProxyType(
    {
        "REAR": "Rear", "FRNT": "Frnt", "FRONT": "Frnt", "BSMT": "Bsmt", "BASEMENT": "Bsmt", "UPPR": "Uppr",
        "UPPER": "Uppr", "LOWR": "Lowr", "LOWER": "Lowr", "LBBY": "Lbby", "LOBBY": "Lbby", "OFC": "Ofc",
        "OFFICE": "Ofc", "SIDE": "Side", "PH": "Ph", "PENTHOUSE": "Ph",
        "CASITA": "Casita", "GUESTHOUSE": "Guesthouse",
    }
)  # fmt: skip
"""Units that need no identifier."""

_STATE_TABLE = """
AL=ALABAMA; AK=ALASKA; AS=AMERICAN SAMOA; AZ=ARIZONA,ARIZ; AR=ARKANSAS; CA=CALIFORNIA,CALIF; CO=COLORADO,COLO;
CT=CONNECTICUT,CONN; DE=DELAWARE; DC=DISTRICT OF COLUMBIA; FL=FLORIDA,FLA; GA=GEORGIA; GU=GUAM; HI=HAWAII; ID=IDAHO;
IL=ILLINOIS; IN=INDIANA; IA=IOWA; KS=KANSAS; KY=KENTUCKY; LA=LOUISIANA; ME=MAINE; MD=MARYLAND; MA=MASSACHUSETTS,MASS;
MI=MICHIGAN,MICH; MN=MINNESOTA,MINN; MS=MISSISSIPPI; MO=MISSOURI; MT=MONTANA; NE=NEBRASKA; NV=NEVADA; NH=NEW HAMPSHIRE;
NJ=NEW JERSEY; NM=NEW MEXICO; NY=NEW YORK; NC=NORTH CAROLINA; ND=NORTH DAKOTA; MP=NORTHERN MARIANA ISLANDS; OH=OHIO;
OK=OKLAHOMA; OR=OREGON; PA=PENNSYLVANIA; PR=PUERTO RICO; RI=RHODE ISLAND; SC=SOUTH CAROLINA; SD=SOUTH DAKOTA;
TN=TENNESSEE,TENN; TX=TEXAS; UT=UTAH; VT=VERMONT; VI=VIRGIN ISLANDS; VA=VIRGINIA; WA=WASHINGTON; WV=WEST VIRGINIA;
WI=WISCONSIN; WY=WYOMING
"""


def _states() -> dict[str, str]:
    pairs = (entry.split("=") for entry in _STATE_TABLE.replace("\n", " ").split(";"))
    return {
        spelling: code
        for raw, names in pairs
        for code in (raw.strip(),)
        for spelling in (code, *names.strip().split(","))
    }


STATES = MappingProxyType(_states())
"""Code or name, upper case, to the two-letter code."""

LEADING_ZERO_STATES = word_set("CT MA ME NH NJ NY PR RI VI VT")
"""States whose zips may begin with 0, which a spreadsheet removes."""

AMBIGUOUS_STATE_ZIPS = MappingProxyType(
    {"CT": ("06",), "KY": ("40", "41", "42"), "MT": ("59",), "PR": ("00",), "NE": ("68", "69")}
)
"""State codes that also are a street type or a direction, with the beginnings of their zips."""


def is_arizona_zip(zip_code: str) -> bool:
    """True for 85000 to 86599, the zips of Arizona."""
    return len(zip_code) == 5 and zip_code.isdigit() and 850 <= int(zip_code[:3]) <= 865
