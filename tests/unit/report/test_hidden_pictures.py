"""A picture that a person has hidden is counted as hidden wherever photos are counted, and never as kept."""

from __future__ import annotations

import pytest

from phx_scraper.commands.status_rows import chosen_visits, row_of, visit_lines
from phx_scraper.report.review_page import REVIEW
from phx_scraper.storage.catalogue import categories
from phx_scraper.storage.catalogue.job_progress import _kept
from phx_scraper.storage.catalogue.photo_counts import photo_totals
from phx_scraper.storage.catalogue.property_pages import homes_of
from tests.unit.report.planted_store import HOME, PlantedStore, texts
from tests.unit.storage.catalogue_helpers import Shown, homes

LABEL = HOME.property_hash


@pytest.fixture
def begun(store: PlantedStore) -> PlantedStore:
    store.begin(homes())
    store.collect_as("zillow", Shown("a", "front"), Shown("b", "kitchen"), Shown("c", "pool"))
    return store


def hide(store: PlantedStore, *keys: str) -> None:
    with store.catalogue.transaction() as tx:
        for key in keys:
            tx.exec_driver_sql(f"UPDATE photos SET hidden = 1 WHERE key = '{key}'")
        tx.exec_driver_sql("UPDATE homes SET revision = revision + 1")


def test_a_card_of_the_index_counts_it_apart(begun: PlantedStore) -> None:
    hide(begun, "a")
    page = begun.page()
    [card] = [one for one in page.cssselect(".card") if HOME.address in one.text_content()]
    assert texts(card, ".body > .meta") == ["2 photos kept of 3, 1 hidden"]
    assert card.get("data-photos") == "2"


def test_a_home_of_hidden_pictures_only_is_told_so(begun: PlantedStore) -> None:
    hide(begun, "a", "b", "c")
    assert "All its photos are hidden" in texts(begun.page(), ".card .no-picture")
    [told] = texts(begun.home_page(), "#photos .none")
    assert told.startswith("All photos of this home are hidden by a person: below stands how to show them again.")


def test_the_status_counts_it_apart_and_as_had(begun: PlantedStore) -> None:
    hide(begun, "a")
    [visit] = chosen_visits(begun.catalogue, [LABEL], ["zillow"])
    row = row_of(visit)
    assert (row["found"], row["stored"], row["hidden"], row["claims_met"]) == (3, 2, 1, 1.0)
    assert "2 stored, 1 hidden" in "\n".join(visit_lines([visit], {HOME.address: 1.0}, []))


def test_all_counts_of_a_home_agree(begun: PlantedStore) -> None:
    hide(begun, "a")
    shown = len(begun.home_page().cssselect(".photo"))
    with begun.catalogue.reading() as tx:
        categorised = sum(number for _, number in categories.counts(tx))
        counts = photo_totals(tx, [LABEL], "zillow")
        [summary] = homes_of(tx, [LABEL])
        of_job = _kept(tx, [LABEL])
    assert shown == counts.stored == summary.pictures == of_job[LABEL, "zillow"] == categorised == 2
    assert (counts.hidden, counts.had, counts.found) == (1, 3, 3)


def test_a_possible_copy_of_a_hidden_picture_is_no_question(begun: PlantedStore) -> None:
    with begun.catalogue.transaction() as tx:
        tx.exec_driver_sql(
            "INSERT INTO maybe_duplicates (photo_id, other_id, measures)"
            " SELECT one.id, other.id, '{}' FROM photos AS one JOIN photos AS other ON other.id > one.id"
            " WHERE one.key = 'a' AND other.key = 'b'"
        )
    assert texts(begun.page(REVIEW), "#doubts li") == [
        f"{HOME.address}: 1 pair; the home's page shows them side by side."
    ]
    hide(begun, "b")
    assert texts(begun.page(REVIEW), "#doubts li") == ["None."]
