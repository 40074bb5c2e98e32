"""Scenarios that disable one endpoint of a source. Their share is 0: they apply only where `only` names them."""

from __future__ import annotations

from phx_scraper.replica.scenario import Scenario

SWITCHES = (
    Scenario("scripted_pages", "switch", 0.0, "every page's content appears only after its script has run"),
    Scenario("autocomplete_refused", "switch", 0.0, "Redfin: 403 for the autocomplete"),
    Scenario("lookups_refused", "switch", 0.0, "Redfin: 403 for everything under /stingray/, pages are served"),
    Scenario("zillow_autocomplete_refused", "switch", 0.0, "Zillow: 403 for the autocomplete of the static host"),
    Scenario("zillow_autocomplete_empty", "switch", 0.0, "Zillow: 200 without a body for that autocomplete"),
    Scenario("zillow_searches_refused", "switch", 0.0, "Zillow: press-and-hold pages for searches and the graph"),
    Scenario("omni_refused", "switch", 0.0, "Phoenix MLS: 403 for the autocomplete"),
    Scenario("assessor_map_down", "switch", 0.0, "Assessor: 500, 403 or no answer at all from the map services"),
)
