"""Which pictures of a home are copies of one another, and which copy is kept."""

from phx_scraper.imaging.duplicates.code_version import code_version
from phx_scraper.imaging.duplicates.grouping import (
    PLAIN,
    VERIFIED,
    ComparableImage,
    Duplicate,
    Group,
    Rule,
    best_first,
    group,
    hash_distance,
)

__all__ = [
    "PLAIN",
    "VERIFIED",
    "ComparableImage",
    "Duplicate",
    "Group",
    "Rule",
    "best_first",
    "code_version",
    "group",
    "hash_distance",
]
