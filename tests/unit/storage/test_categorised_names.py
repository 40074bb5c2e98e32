"""Names of categorised pictures: written and read back without loss, all of them; other names are a person's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phx_scraper.errors import UnsafePath
from phx_scraper.model.subjects import LOCATIONS, SUBJECTS
from phx_scraper.storage.files.categorised_names import CategorisedName, folders, parse

PLACES = [*((location, subject) for subject, location in SUBJECTS.items()), *((one, "unknown") for one in LOCATIONS)]
NAMES = st.builds(
    lambda label, place, *rest: CategorisedName(label, *place, *rest),
    st.text("0123456789abcdef", min_size=8, max_size=64),
    st.sampled_from(PLACES),
    st.integers(0, 100),
    st.sampled_from("zrpmx"),
    st.dates().map(lambda day: day.strftime("%Y%m%d").zfill(8)),
    st.integers(1, 12345),
    st.sampled_from(["png", "jpg", "webp"]),
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ef7cd95f_int_kitchen_95_z_20241201.png", CategorisedName("ef7cd95f", "int", "kitchen", 95, "z", "20241201")),
        ("686067a4_ext_pool_87_r_20241130_02.png", CategorisedName("686067a4", "ext", "pool", 87, "r", "20241130", 2)),
    ],
)
def test_the_two_examples_of_the_design(name: str, expected: CategorisedName) -> None:
    assert parse(name) == expected
    assert str(expected) == name
    assert expected.path == f"categorised/{expected.location}/{expected.subject}/{name}"


@settings(max_examples=300)
@given(NAMES)
def test_every_name_is_read_back(name: CategorisedName) -> None:
    assert parse(str(name)) == name
    assert name.path.rpartition("/")[0] in folders()


@pytest.mark.parametrize("place", PLACES)
def test_every_place_of_the_vocabulary_is_told_from_the_others(place: tuple[str, str]) -> None:
    name = CategorisedName("ef7cd95f", *place, 7, "z", "20241201", 3)
    assert parse(str(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        "ef7cd95f_ext_kitchen_95_z_20241201.png",
        "ef7cd95f_int_cellar_95_z_20241201.png",
        "ef7cd95f_int_kitchen_101_z_20241201.png",
        "ef7cd95f_int_kitchen_5_z_20241201.png",
        "ef7cd95f_int_kitchen_95_z_20241201_1.png",
        "ef7cd95f_int_kitchen_95_z_20241201_01.png",
        "ef7cd95f_int_kitchen_95_z_20241201.yours.png",
        "ef7cd95f_int_kitchen_95_z_20241201",
        "EF7CD95F_int_kitchen_95_z_20241201.png",
        "ef7cd95f_int_kitchen_95_z_20241201.png\n",
        "holiday.png",
        "",
    ],
)
def test_other_names_are_not_ours(name: str) -> None:
    assert parse(name) is None


@pytest.mark.parametrize("label", ["../../etc", "ef7cd95f/..", ""])
def test_a_name_that_could_not_be_read_back_is_not_written(label: str) -> None:
    with pytest.raises(UnsafePath, match="no name of a categorised picture"):
        str(CategorisedName(label, "int", "kitchen", 95, "z", "20241201"))
