"""Drawn pictures: rooms, facades and the odd things that pages show beside them, all out of a seed."""

from __future__ import annotations

from phx_scraper.replica.pictures.picture_key import BEST_ONLY, FAULTS, SUBJECTS, TREATMENTS, Picture
from phx_scraper.replica.pictures.render import Size, height_at, render

__all__ = ["BEST_ONLY", "FAULTS", "SUBJECTS", "TREATMENTS", "Picture", "Size", "height_at", "render"]
