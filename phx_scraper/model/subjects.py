"""The closed vocabulary of subjects. File names are parsed by it: a subject is renamed never and added seldom."""

from __future__ import annotations

from types import MappingProxyType

_BY_LOCATION = {
    # Of the house and its ground, seen from outside.
    "ext": (
        "front",
        "back",
        "side",
        "aerial",
        "yard",
        "pool",
        "spa",
        "patio",
        "balcony",
        "deck",
        "garage",
        "driveway",
        "roof",
        "landscaping",
        "street",
        "view",
        "community",
    ),
    # Rooms.
    "int": (
        "kitchen",
        "bathroom",
        "bedroom",
        "living",
        "dining",
        "office",
        "laundry",
        "entry",
        "hallway",
        "stairs",
        "closet",
        "loft",
        "gym",
        "theater",
        "bonus_room",
    ),
    # What makes the house work; seen in captions, not in pixels.
    "sys": ("hvac", "hvac_label", "electrical", "water_heater", "solar"),
    # A part of a room, shown for its own sake.
    "feat": ("fireplace", "flooring", "appliances", "countertop", "lighting"),
}

SUBJECTS = MappingProxyType({subject: location for location, subjects in _BY_LOCATION.items() for subject in subjects})
"""Subject -> location. `unknown` is not among them: it goes with every location."""

LOCATIONS = (*_BY_LOCATION, "unk")
