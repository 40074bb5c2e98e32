"""The words of captions by what they mean. Where two of them overlap, the longer one counts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phx_scraper.model.subjects import SUBJECTS

_SUBJECT_WORDS = {
    "front": "front exterior, front elevation, front facade, facade, front of home, front of house, front of property,"
    " front of the home, front of the house, front of a house, front of a home,"
    " exterior front, front view, curb appeal, house front",
    "back": "back exterior, back of home, back of house, back of the home, back of the house, back of property,"
    " rear exterior, rear elevation, rear of home, rear of house, rear view, exterior back, exterior rear",
    "side": "side exterior, side of home, side of house, side elevation, side view, exterior side, side yard",
    "aerial": "aerial, drone, drone view, drone shot, birds eye, bird s eye, birds eye view, bird s eye view,"
    " overhead view, top view",
    "yard": "yard, backyard, back yard, front yard, lawn, rear yard",
    "pool": "pool, swimming pool, pool area, private pool, sparkling pool",
    "spa": "spa, hot tub, jacuzzi, whirlpool",
    "patio": "patio, covered patio, porch, front porch, back porch, veranda, lanai, ramada, pergola, gazebo, terrace,"
    " courtyard, outdoor kitchen, outdoor dining, outdoor living, outdoor fireplace, fire pit, firepit",
    "balcony": "balcony, balconies",
    "deck": "deck, rooftop deck, sundeck",
    "garage": "garage, car garage, carport, garage door, garages",
    "driveway": "driveway, drive way, rv gate, rv parking",
    "roof": "roof, rooftop",
    "landscaping": "landscaping, desert landscaping, garden, gardens, desert landscape, landscape",
    "street": "street, street view, street scene, cul de sac",
    "view": "view, views, mountain view, mountain views, city view, city views, city lights, golf course view, sunset,"
    " cityscape, skyline, desert view",
    "community": "community, community pool, community spa, community gym, community center, community entrance,"
    " community park, community patio, community amenities, community room, clubhouse, club house, playground, park,"
    " tennis court, tennis courts, pickleball court, golf course, amenities, amenity, neighborhood, subdivision,"
    " gated entry, gated entrance, fitness center",
    "kitchen": "kitchen, kitchens, kitchen island, kitchen area, kitchenette, pantry, breakfast bar, kitchen counter,"
    " kitchen countertop, kitchen appliances, eat in kitchen",
    "bathroom": "bathroom, bathrooms, bath, baths, half bath, full bath, guest bath, hall bath, master bath,"
    " primary bath, bathtub, shower, powder room, ensuite, en suite, vanity, pool bath, toilet, restroom",
    "bedroom": "bedroom, bedrooms, bdrm, bdr, master bedroom, primary bedroom, master suite, primary suite,"
    " owner s suite, owners suite, guest room, guest suite, nursery, nursery corner, bunk room, guest bedroom",
    "living": "living room, living area, living space, family room, great room, greatroom, sitting room, sitting area,"
    " living, formal living",
    "dining": "dining room, dining area, dining, dining table, dining space, breakfast nook, breakfast area,"
    " breakfast room, formal dining, dinette, eating area",
    "office": "office, home office, study, desk, desk area, library, work space, workspace, office area",
    "laundry": "laundry, laundry room, laundry area, utility room, washer, washer and dryer, mud room, mudroom",
    "entry": "entry, entryway, entry way, foyer, vestibule",
    "hallway": "hall, hallway, corridor, entrance hallway",
    "stairs": "stairs, staircase, stairway, stairwell",
    "closet": "closet, closets, walk in closet, wardrobe, master closet, primary closet, linen closet",
    "loft": "loft, loft area",
    "gym": "gym, home gym, exercise room, fitness room, workout room, gym equipment, weight room",
    "theater": "theater, home theater, media room, theatre, home theatre, movie room, theater room",
    "bonus_room": "bonus room, game room, rec room, recreation room, playroom, play room, flex room, den, basement,"
    " sunroom, sun room, arizona room, az room, pool table, billiard room, hobby room, craft room, wine cellar",
    "hvac": "hvac, hvac unit, hvac system, air conditioner, air conditioning, air conditioning unit, ac unit,"
    " a c unit, ac units, furnace, heat pump, air handler, thermostat",
    "hvac_label": "hvac label, hvac data plate, ac label, a c label, data plate, hvac nameplate, ac nameplate,"
    " furnace label, hvac sticker",
    "electrical": "electrical panel, electric panel, electrical, breaker panel, breaker box, circuit breaker,"
    " circuit breakers, fuse box, electrical box",
    "water_heater": "water heater, hot water heater, tankless water heater, water heater closet",
    "solar": "solar, solar panel, solar panels, solar array, solar system, solar roof",
    "fireplace": "fireplace, fire place",
    "flooring": "flooring, floors, wood floor, wood floors, hardwood floor, hardwood floors, tile floor, tile floors,"
    " carpet, laminate floor, vinyl plank",
    "appliances": "appliances, stainless appliances, stainless steel appliances, refrigerator, fridge, stove, oven,"
    " dishwasher, microwave, cooktop",
    "countertop": "countertop, countertops, counter top, counter tops, granite, granite counters, quartz counters",
    "lighting": "lighting, chandelier, light fixture, light fixtures, ceiling fan, ceiling fans, pendant lights",
}

_LOCATION_WORDS = {
    "ext": "exterior, outside, outdoor, outdoors, building, house exterior, home exterior, outdoor space, outdoor area",
    "int": "interior, inside, indoor, indoors, room, empty room, living quarters, open concept, open concept space",
}

_KIND_WORDS = {
    "floor_plan": "floor plan, floor plans, floorplan, floorplans, blueprint, blueprints",
    "map": "map, plat map, plat, parcel map, location map, site map, vicinity map, survey map, site plan, lot map",
    "logo": "logo, company logo, brokerage logo, mls logo",
    "text_card": "business card, contact card, contact information, contact info, agent card, flyer, disclaimer,"
    " text card, qr code, price sheet, feature sheet",
}


def _by_word(table: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({word: name for name, words in table.items() for word in words.split(", ")})


SUBJECT_WORDS = _by_word(_SUBJECT_WORDS)
LOCATION_WORDS = _by_word(_LOCATION_WORDS)
KIND_WORDS = _by_word(_KIND_WORDS)
"""Words in small letters -> kind."""

WEAK = frozenset({"view", "community", *(subject for subject, location in SUBJECTS.items() if location == "feat")})
"""Subjects that give way to any other: "view of the pool" shows the pool, "kitchen stove" the kitchen."""

# "An open floor plan" praises rooms; it is no drawing.
PRAISED_PLANS = "open split spacious great flowing functional flexible versatile airy popular desirable smart concept"
"""Words before `floor plan` that say that the picture shows a room."""
