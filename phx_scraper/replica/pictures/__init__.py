"""Drawn pictures: rooms, facades and images that are not photos of a home, each determined by a seed."""

from __future__ import annotations

from phx_scraper.replica.pictures.picture_key import BEST_ONLY, FAULTS, SUBJECTS, TREATMENTS, Picture
from phx_scraper.replica.pictures.render import Size, height_at, render

__all__ = ["BEST_ONLY", "FAULTS", "SUBJECTS", "TREATMENTS", "Picture", "Size", "height_at", "render"]
