"""Names of Arizona's cities and towns, used to find where a city begins in a text without commas."""

from __future__ import annotations

from types import MappingProxyType

from phx_scraper.homes.address_words import word_set
from phx_scraper.homes.street_types import FULL_WORDS
from phx_scraper.homes.usps import DIRECTION_WORDS

# US Census places of Arizona and USPS city names; Maricopa and Pinal counties are complete, elsewhere the towns.
_NAMES = """
Aguila, Ahwatukee, Ajo, Alpine, Amado, Anthem, Apache Junction, Arizona City, Arlington, Ash Fork, Avondale, Bagdad,
Bapchule, Benson, Bisbee, Black Canyon City, Blue Ridge, Bouse, Buckeye, Bullhead City, Cameron, Camp Verde, Carefree,
Casa Grande, Cashion, Catalina, Cave Creek, Chandler, Chandler Heights, Chinle, Chino Valley, Chloride, Circle City,
Clarkdale, Claypool, Clifton, Colorado City, Congress, Coolidge, Cordes Lakes, Corona de Tucson, Cornville,
Cottonwood, Dateland, Desert Hills, Dewey, Dolan Springs, Douglas, Dragoon, Dudleyville, Duncan, Eagar, Ehrenberg, El
Mirage, Elfrida, Eloy, Flagstaff, Florence, Flowing Wells, Forest Lakes, Fort Defiance, Fort Huachuca, Fort McDowell,
Fort Mohave, Fountain Hills, Fredonia, Ganado, Gila Bend, Gilbert, Glendale, Globe, Gold Canyon, Golden Valley,
Goodyear, Grand Canyon, Green Valley, Guadalupe, Hayden, Heber, Hereford, Higley, Holbrook, Huachuca City, Humboldt,
Jerome, Joseph City, Kayenta, Kearny, Kingman, Kirkland, Komatke, Lake Havasu City, Lake Montezuma, Lakeside, Laveen,
Lincoln, Litchfield Park, Luke Air Force Base, Mammoth, Marana, Maricopa, Mayer, McNeal, Mesa, Miami, Mobile, Mohave
Valley, Morenci, Morristown, Munds Park, New River, Nogales, Oracle, Oro Valley, Overgaard, Page, Palo Verde, Paradise
Valley, Parker, Parks, Patagonia, Paulden, Payson, Peach Springs, Pearce, Peoria, Phoenix, Picacho, Picture Rocks,
Pima, Pine, Pinedale, Pinetop, Pinetop Lakeside, Poston, Prescott, Prescott Valley, Quartzsite, Queen Creek, Queen
Valley, Red Rock, Rillito, Rimrock, Rio Rico, Rio Verde, Roll, Roosevelt, Sacaton, Safford, Sahuarita, Saint David,
Saint Johns, Salome, San Luis, San Manuel, San Tan Valley, Scottsdale, Sedona, Seligman, Sells, Show Low, Sierra
Vista, Skull Valley, Snowflake, Somerton, Sonoita, South Phoenix, South Tucson, Springerville, Stanfield, Star Valley,
Sun City, Sun City West, Sun Lakes, Superior, Surprise, Tacna, Taylor, Tempe, Thatcher, Three Points, Tolleson,
Tombstone, Tonalea, Tonopah, Tonto Basin, Topock, Tortilla Flat, Tsaile, Tubac, Tuba City, Tucson, Vail, Valencia
West, Valley Farms, Vicksburg, Waddell, Wellton, Wenden, Whiteriver, Wickenburg, Willcox, Williams, Window Rock,
Winkelman, Winslow, Wittmann, Yarnell, Young, Youngtown, Yucca, Yuma
"""

# Abbreviations in city names that are not street types.
_CITY_WORDS = MappingProxyType(
    {"ST": "SAINT", "PK": "PARK", "PRK": "PARK", "CYN": "CANYON", "CNYN": "CANYON", "PHX": "PHOENIX", **DIRECTION_WORDS}
)

# City names that are common words: behind a number, a street of that name is more likely than the city.
_COMMON_WORDS = word_set("LINCOLN MOBILE PAGE PARKER PARKS PINE ROLL TAYLOR WILLIAMS YOUNG YUCCA MIAMI")


def city_words(tokens: list[str]) -> list[str]:
    """The words of a city name, upper case, abbreviations spelled out ("N LITCHFIELD PK" -> NORTH LITCHFIELD PARK)."""
    return [_CITY_WORDS.get(token) or FULL_WORDS.get(token, token) for token in tokens]


ARIZONA_CITIES = frozenset(
    " ".join(city_words(name.upper().split())) for name in _NAMES.replace("\n", " ").split(",") if name.strip()
)
"""City names, upper case, one space between words."""

LONGEST_CITY = max(len(name.split()) for name in ARIZONA_CITIES)


def is_city(tokens: list[str]) -> bool:
    """True where the words are the name of an Arizona city."""
    return " ".join(city_words(tokens)) in ARIZONA_CITIES


def is_common_word(tokens: list[str]) -> bool:
    """True for a city whose name may as well be a street's."""
    return " ".join(city_words(tokens)) in _COMMON_WORDS


def two_cities(tokens: list[str]) -> tuple[list[str], list[str]] | None:
    """Both names where the words are those of two Arizona cities ("GLENDALE PHOENIX"), else None."""
    if is_city(tokens):
        return None
    splits = ((tokens[:cut], tokens[cut:]) for cut in range(1, len(tokens)))
    return next(((one, other) for one, other in splits if is_city(one) and is_city(other)), None)
