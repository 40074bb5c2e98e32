"""Pages rendered by a real Chromium: scrapy-playwright under our guard, limits and errors."""
