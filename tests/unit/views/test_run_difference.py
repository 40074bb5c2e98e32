"""What `scrapy diff` tells: exactly what changed from one run to another, whatever lay in between."""

from __future__ import annotations

from typing import Any

import pytest

from phx_scraper.commands.difference_text import difference_text
from phx_scraper.model.run import RunDetails
from phx_scraper.storage.catalogue import listings, run_details, runs
from phx_scraper.views.run_difference import difference
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, Shown, finish_visit, homes, listing, picture, plain_rule
from tests.unit.storage.visit_helpers import HOME, A, B, C, lease

ADDRESS, OTHER = (home.address for home in homes(2))


class Story:
    """One home visited by run after run; each run is a day later than the one before."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        collector.begin(homes(2), ["zillow"])
        write(collector.catalogue, runs.finish, collector.run_id, "finished", {}, 1.0)
        self.day = 3e9

    def run(self, name: str, *shown: Shown, listed: int = 1, **changes: Any) -> None:
        self.day += 86400
        collector = self.collector
        collector.run_id = name
        write(collector.catalogue, runs.start, name, "all", {}, self.day)
        labels = [home.property_hash for home in homes(listed)]
        write(collector.catalogue, run_details.begin, name, RunDetails("", {}, {}, {}), labels)
        if shown:
            self.visit(*shown, **changes)
        write(collector.catalogue, runs.finish, name, "finished", {}, self.day + 60)

    def visit(self, *shown: Shown, **changes: Any) -> None:
        collector = self.collector
        held = lease(collector, now=self.day)
        for photo in write(collector.catalogue, listings.record, held, listing("zillow", shown, **changes), self.day):
            collector.fetch(photo)
        finish_visit(collector.catalogue, held, "ok", "", plain_rule, self.day)

    def diff(self, older: str, newer: str) -> dict[str, Any]:
        with self.collector.catalogue.reading() as tx:
            one, other = runs.get(tx, older), runs.get(tx, newer)
            assert one is not None
            assert other is not None
            return difference(tx, one, other)


@pytest.fixture
def story(collector: Collector) -> Story:
    return Story(collector)


def photos(found: dict[str, Any]) -> dict[str, list[str]]:
    """Keys of photos by change."""
    return {
        name: [entry["image_id"].split("_")[-1] for entry in entries]
        for name, entries in found["photos"].items()
        if entries
    }


def test_photos_that_came_and_went(story: Story) -> None:
    story.run("one", A, B)
    story.run("two", A, C)
    found = story.diff("one", "two")
    assert photos(found) == {"new": ["c"], "removed": ["b"]}
    (new,) = found["photos"]["new"]
    assert new["local_path"] == picture(new["url"]).image.path
    assert not new["again"]
    assert found["homes"] == {"new": [], "changed": [ADDRESS], "removed": []}


def test_over_several_runs_only_what_is_left_of_it_is_told(story: Story) -> None:
    story.run("one", A, B)
    story.run("two", A, C)
    story.run("three", A, B)
    assert photos(story.diff("one", "three")) == {}
    assert photos(story.diff("two", "three")) == {"new": ["b"], "removed": ["c"]}
    assert story.diff("two", "three")["photos"]["new"][0]["again"]
    assert difference_text(story.diff("one", "three")).splitlines()[1] == "nothing changed."


def test_a_photo_with_other_bytes_is_changed(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.run("one", A, B)
    changed = listing("zillow", [A, Shown("b", "kitchen", 1200)])
    collector = story.collector
    story.run("two")
    held = lease(collector, now=story.day)
    with collector.catalogue.transaction() as tx:
        tx.exec_driver_sql("UPDATE visits SET force = 1")
    for photo in write(collector.catalogue, listings.record, held, changed, story.day):
        collector.fetch(photo)
    finish_visit(collector.catalogue, held, "ok", "", plain_rule, story.day)
    assert photos(story.diff("one", "two")) == {"changed": ["b"]}


def test_facts_are_told_old_and_new(story: Story) -> None:
    story.run("one", A, facts={"price": 450000.0, "beds": 3}, status="for_sale")
    story.run("two", A, facts={"price": 445000.0, "beds": 3}, status="for_sale")
    story.run("three", A, facts={"price": 440000.0, "beds": 3}, status="pending")
    found = story.diff("one", "three")
    assert [(entry["fact"], entry["old"], entry["new"]) for entry in found["listings"]["changed"]] == [
        ("price", 450000.0, 440000.0),
        ("status", "for_sale", "pending"),
    ]
    text = difference_text(found)
    assert "  zillow: price 450000 -> 440000\n  zillow: status for_sale -> pending\n" in text
    assert [entry["fact"] for entry in story.diff("two", "three")["listings"]["changed"]] == ["price", "status"]


def test_facts_that_are_as_they_were_before_are_no_change(story: Story) -> None:
    for name, price in (("one", 5), ("two", 6), ("three", 5)):
        story.run(name, A, facts={"price": price})
    assert story.diff("one", "three")["listings"]["changed"] == []
    assert len(story.diff("two", "three")["listings"]["changed"]) == 1


def test_a_listing_that_was_not_known_is_new(story: Story) -> None:
    story.run("one")
    story.run("two", A, B, facts={"price": 5})
    found = story.diff("one", "two")
    assert [entry["facts"]["price"] for entry in found["listings"]["new"]] == [5]
    assert found["listings"]["changed"] == []
    assert photos(found) == {"new": ["a", "b"]}
    assert difference_text(found).splitlines()[1:] == [
        "1 home changed, 2 new photos, 1 new listing.",
        ADDRESS,
        "  zillow: new listing (status for_sale, price 5), 2 photos",
    ]


def test_homes_that_come_to_the_list_and_leave_it(story: Story) -> None:
    story.run("one", A)
    story.run("two", A, listed=2)
    story.run("three", A)
    assert story.diff("one", "two")["homes"] == {"new": [OTHER], "changed": [], "removed": []}
    assert story.diff("two", "three")["homes"] == {"new": [], "changed": [], "removed": [OTHER]}
    assert f"{OTHER}: no longer on it" in difference_text(story.diff("two", "three"))


def test_runs_of_an_earlier_version_noted_no_list(story: Story) -> None:
    story.run("one", A)
    story.run("two", A)
    with story.collector.catalogue.transaction() as tx:
        tx.exec_driver_sql("DELETE FROM run_details WHERE run_id = 'one'")
    found = story.diff("one", "two")
    assert found["homes"] == {"new": None, "changed": [], "removed": None}
    assert "is not known" in difference_text(found)


def test_what_a_page_says_does_not_move_the_cursor(story: Story) -> None:
    story.run("one", A, facts={"home_type": "house"})
    story.run("two", A, facts={"home_type": "\x1b[2Jhut\n" * 50})
    text = difference_text(story.diff("one", "two"))
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines()) < 200


def test_the_newest_lists_only_are_kept(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_details, "KEPT_RUNS", 2)
    for name in ("one", "two", "three"):
        story.run(name, A, B, listed=1 if name == "one" else 2)
    write(story.collector.catalogue, run_details.forget_old_details)
    assert read(story.collector.catalogue, run_details.details_of, "one") is None
    assert read(story.collector.catalogue, run_details.details_of, "two") is not None
    assert read(story.collector.catalogue, run_details.visits_ended, "one") == []
    assert read(story.collector.catalogue, run_details.visits_ended, "two") != []
    assert read(story.collector.catalogue, runs.change_counts, "one") == {HOME: {"zillow": {"new": 2}}}
    with story.collector.catalogue.reading() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM home_lists").scalar_one() == 1
