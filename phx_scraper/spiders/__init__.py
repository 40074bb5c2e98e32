"""Spiders: one per source; fetching only, the reading is in `pages`."""
