from __future__ import annotations

from collections import Counter

from phx_scraper.replica.seeded_random import SeededRandom


def test_the_numbers_are_the_same_for_ever() -> None:
    rng = SeededRandom("home", "4732 w davis rd")
    assert [rng.between(0, 999) for _ in range(5)] == [913, 951, 73, 37, 638]
    assert SeededRandom("home", "4732 w davis rd").hex(8) == SeededRandom("home", "4732 w davis rd").hex(8)


def test_a_fork_is_independent_of_earlier_numbers() -> None:
    used = SeededRandom("a")
    used.unit()
    assert used.fork("b").unit() == SeededRandom("a").fork("b").unit()
    assert SeededRandom("a").fork("b").unit() != SeededRandom("a").fork("c").unit()


def test_choices_keep_their_weights() -> None:
    rng = SeededRandom("weights")
    counts = Counter(rng.weighted((("often", 0.9), ("seldom", 0.1))) for _ in range(2000))
    assert 120 < counts["seldom"] < 280
    assert Counter(rng.between(1, 3) for _ in range(3000)).keys() == {1, 2, 3}


def test_shuffling_keeps_all_items() -> None:
    items = list(range(20))
    mixed = SeededRandom("shuffle").shuffled(items)
    assert mixed != items
    assert sorted(mixed) == items
