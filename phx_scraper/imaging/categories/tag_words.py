"""What tags mean that sources give photos: Redfin's (seen on its pages), and plain words that any other may use."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phx_scraper.model.subjects import SUBJECTS

_WORDS = {
    "bathroom": "bath, baths, bathroom, bathrooms",
    "bedroom": "bed, beds, bedroom, bedrooms",
    "living": "living, living room, family room",
    "kitchen": "kitchen, kitchens",
    "dining": "dining, dining room",
    "yard": "yard, backyard, back yard, front yard",
    "front": "front, front exterior, exterior front",
    "back": "back exterior, exterior back",
    "view": "view, views",
    "closet": "closet, walk in closet",
    "entry": "entry, foyer",
    "community": "community, neighborhood, amenities",
    "solar": "solar, solar panels",
}

TAG_SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        **{subject.replace("_", " "): subject for subject in SUBJECTS},
        **{word: subject for subject, words in _WORDS.items() for word in words.split(", ")},
    }
)
"""Tag, in small letters and with single spaces -> subject."""

TAG_LOCATIONS: Mapping[str, str] = MappingProxyType(
    {"exterior": "ext", "outdoor": "ext", "outside": "ext", "interior": "int", "indoor": "int"}
)
"""General tags -> location."""

TAG_KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("floor plan", "floor plans", "floorplan", "floorplans"), "floor_plan"),
        **dict.fromkeys(("map", "maps", "plat map", "site map"), "map"),
        **dict.fromkeys(("logo", "logos"), "logo"),
    }
)
"""Tags of what is no photo -> kind."""

COARSE = frozenset({"living"})
"""Subjects whose tag stands for other rooms too: Redfin's `Living` is on home offices and gyms."""
