"""phx_scraper: every listing photo of Phoenix-area homes, each once, in its best copy, and only of the right home."""
