from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import pytest

from phx_scraper.homes import Home, RowError, parse_inline, read_addresses
from tests.captures import CAPTURES, needs_captures

DAVIS = "4732 W Davis Rd, Glendale, AZ 85306"
GRANDE = "4137 W Cielo Grande, Glendale, AZ 85310"
PARTS = """street,city,state,zip,price
4732 W Davis Rd,Glendale,AZ,85306,$475k
4137 W Cielo Grande,Glendale,AZ,85310,$519k
"""
EXAMPLE = Path(__file__).parents[3] / "data" / "phx_homes.csv"


def addresses(homes: list[Home]) -> list[str]:
    return [home.address for home in homes]


def read_text(text: str) -> tuple[list[Home], list[RowError]]:
    return read_addresses(text.encode())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", b"\xff\xfe\x00\x00"),
        ("cp1252", b""),
    ],
)
def test_every_encoding_with_every_delimiter_and_line_end(
    encoding: str, mark: bytes, line_end: str, delimiter: str
) -> None:
    text = PARTS.replace("price", "état").replace(",", delimiter).replace("\n", line_end)
    homes, errors = read_addresses(mark + text.encode(encoding))
    assert addresses(homes) == [DAVIS, GRANDE]
    assert homes[0].extras == {"état": "$475k"}
    assert [home.rows for home in homes] == [(2,), (3,)]
    assert errors == []


@pytest.mark.parametrize(
    "text",
    [
        f'full_address\n"{DAVIS}"\n',
        f"full_address\n{DAVIS}\n",
        f"Full Address\n{DAVIS}",
        f"\ufeffFULL-ADDRESS;note\n{DAVIS};x\n",
        f"note;full_address\nx;{DAVIS}\n",
        f"note,full_address\nx,{DAVIS}\n",
        f'note,full_address\nx,"{DAVIS}"\n',
        f'address\n"{DAVIS}"\n',
        "address,city,state,zip\n4732 W Davis Rd,Glendale,AZ,85306\n",
        "street,city,state,zip_code\n4732 W Davis Rd,Glendale,AZ,85306\n",
        "Street , City , State , ZIP Code\n 4732 W Davis Rd , Glendale , AZ , 85306 \n",
        "street,city,state,zip\n4732 W Davis Rd,Glendale,AZ,85306.0\n",
        "street,city,state,zip\n4732 W Davis Rd,Glendale,AZ,85306-1234\n",
        'street,city,state,zip\n4732 W Davis Rd,Glendale,AZ,"=""85306"""\n',
        "street,city,state,zip\n4732 W Davis Rd,Glendale,AZ,'85306\n",
        "street,city,zip\n4732 W Davis Rd,Glendale,85306\n",
        f'street,city,state,zip,full_address\n4732 W Davis Rd,Glendale,AZ,85306,"{DAVIS}"\n',
        f"street,city,state,zip,full_address\n4732 W Davis Rd,Glendale,AZ,85306,{DAVIS}\n",
        f'street,city,state,zip,full_address\n,,,,"{DAVIS}"\n',
        "street,city,state,zip,full_address\n4732 W Davis Rd,Glendale,AZ,85306,\n",
        "street,city,state,zip,full_address\n4732 W Davis Rd,Glendale,AZ,85306,n/a\n",
        f'street,city,state,zip,full_address\nunknown,,,,"{DAVIS}"\n',
        'street,city,state,zip,full_address\n4732 W Davis Rd,,,85306,"4732 W Davis Road, Glendale"\n',
        'street,city,state,zip\n"4732 W Davis Rd\n",Glendale,AZ,85306\n',
        f"sep=;\nfull_address;note\n{DAVIS};x\n",
        f"\n\nfull_address\n\n{DAVIS}\n\n\n",
        'street,city,state,zip\n"4732 W Davis Rd" ,Glendale,AZ,85306\n',
        "street,city,state,zip,,\n4732 W Davis Rd,Glendale,AZ,85306,,,,,\n",
    ],
)
def test_one_home_in_any_form_of_table(text: str) -> None:
    homes, errors = read_text(text)
    assert errors == []
    assert addresses(homes) == [DAVIS]


def test_a_home_carries_its_identity() -> None:
    home = read_text(f'full_address,beds\n"{DAVIS}",4\n')[0][0]
    assert (home.property_hash, home.slug) == ("686067a4", "4732-w-davis-rd-glendale-az-85306")
    assert (home.street, home.city, home.state, home.zip) == ("4732 W Davis Rd", "Glendale", "AZ", "85306")
    assert home.rows == (2,)
    assert home.extras == {"beds": "4"}


def test_a_unit_column_is_part_of_the_address() -> None:
    homes, _ = read_text(
        "street,unit,city,zip\n1 W Main St,5,Mesa,85201\n1 W Main St,#6,Mesa,85201\n1 W Main St,Apt B,Mesa,85201\n"
    )
    assert [home.parsed.unit for home in homes] == ["5", "6", "B"]


def test_lost_leading_zeros_of_a_zip_are_restored_only_where_zips_begin_with_zero() -> None:
    homes, errors = read_text("street,city,state,zip\n1 Main St,Newark,NJ,7102\n2 Main St,Mesa,AZ,8520\n")
    assert [home.zip for home in homes] == ["07102"]
    assert errors == [RowError(3, "the zip 8520 of AZ has 4 digits, not 5", "2 Main St, Mesa, AZ, 8520")]


def test_blank_rows_are_skipped_and_still_counted() -> None:
    homes, errors = read_text(f'full_address,note\n,\n\n"{DAVIS}",a\n  ,  \nnonsense,b\n')
    assert [home.rows for home in homes] == [(4,)]
    assert [error.row for error in errors] == [6]


def test_quoted_line_ends_count_as_one_row() -> None:
    homes, errors = read_text(f'note,full_address\n"two\nlines","{DAVIS}"\nx,nonsense\n')
    assert [home.rows for home in homes] == [(2,)]
    assert homes[0].extras == {"note": "two\nlines"}
    assert [error.row for error in errors] == [3]


def test_duplicates_are_merged_whatever_their_spelling_and_order() -> None:
    rows = [
        "4732 W Davis Rd,Glendale,,",
        "4732 WEST DAVIS ROAD,glendale,AZ,85306-1234",
        "4732 W. Davis Rd,,,85306",
        "4137 W Cielo Grande,Glendale,AZ,85310",
    ]
    for order in (rows, rows[::-1]):
        homes, errors = read_text("street,city,state,zip\n" + "\n".join(order))
        assert errors == []
        assert sorted(addresses(homes)) == [GRANDE, DAVIS]
        assert sorted(len(home.rows) for home in homes) == [1, 3]


def test_merged_rows_keep_the_first_extras_and_fill_the_gaps() -> None:
    homes, _ = read_text(f'full_address,beds,note\n"{DAVIS}",4,\n"{DAVIS}",5,late\n')
    assert homes[0].rows == (2, 3)
    assert homes[0].extras == {"beds": "4", "note": "late"}


def test_a_row_without_zip_that_fits_two_homes_is_named() -> None:
    homes, errors = read_text("street,city,zip\n1 W Main St,Mesa,85201\n1 W Main St,Mesa,85203\n1 W Main St,Mesa,\n")
    assert [home.zip for home in homes] == ["85201", "85203"]
    assert [(error.row, error.reason) for error in errors] == [(4, "without a zip it could be the home of row 2 and 3")]


def test_rows_without_zip_are_merged_among_themselves() -> None:
    places = ("Mesa,AZ", "Mesa,", "Tempe,AZ", "Mesa,CA")
    homes, errors = read_text("street,city,state\n" + "".join(f"1 W Main St,{place}\n" for place in places))
    assert errors == []
    assert [(home.rows, home.city, home.state) for home in homes] == [
        ((2, 3), "Mesa", "AZ"),
        ((4,), "Tempe", "AZ"),
        ((5,), "Mesa", "CA"),
    ]


def test_two_homes_with_one_hash_stay_two_homes() -> None:
    # Found by search: 32 bits collide about once in a list of 100,000.
    homes, errors = read_text("street,city,zip\n63416 W Davis Rd,Glendale,85306\n69221 W Davis Rd,Glendale,85306\n")
    assert errors == []
    assert addresses(homes) == ["63416 W Davis Rd, Glendale, AZ 85306", "69221 W Davis Rd, Glendale, AZ 85306"]
    assert {home.property_hash for home in homes} == {"59af8358"}


def test_contradicting_columns_are_named_both() -> None:
    text = f'street,city,state,zip,full_address\n4733 W Davis Rd,Glendale,AZ,85306,"{DAVIS}"\n'
    homes, errors = read_text(text)
    assert homes == []
    assert errors[0].row == 2
    assert DAVIS in errors[0].reason
    assert "4733 W Davis Rd, Glendale, AZ 85306" in errors[0].reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"nonsense,x", "no house number"),
        (b"=1+1,x", "which no US address has"),
        (b"@x,x", "which no US address has"),
        (b'"\t=1+1\r",x', "which no US address has"),
        (b"4732 W Dav\0is Rd Glendale AZ 85306,x", "cell 1 has a zero byte"),
        (b"4732 W Davis Rd Glendale AZ 85306,\0", "cell 2 has a zero byte"),
        (b"4732 W Davis Rd Glendale AZ 85306,x,y", "3 cells where the header has 2"),
        (b'"4732 W Davis Rd Glendale AZ 85306,x', "a quote is opened and not closed"),
        (b"4732 W D\x81vis Rd Glendale AZ 85306,\xe9", "which no US address has"),
        (b"4732 W Davis Rd Glendale AZ 85306," + b"x" * 40_000, "cell 2 has 40,000 characters"),
        (b"A" * 1_000, "1,000 characters, more than 300"),
    ],
)
def test_an_unreadable_row_is_reported_and_the_others_are_read(row: bytes, reason: str) -> None:
    homes, errors = read_addresses(b"full_address,note\n" + row + b"\n4137 W Cielo Grande Glendale AZ 85310,last\n")
    assert [(home.address, home.rows) for home in homes] == [(GRANDE, (3,))]
    assert [error.row for error in errors] == [2]
    assert reason in errors[0].reason
    assert len(errors[0].text) <= 200
    assert errors[0].text.isprintable()


def test_formula_cells_in_other_columns_are_kept_as_they_are() -> None:
    homes, errors = read_text(f'full_address,note\n"{DAVIS}",=1+1\n"{GRANDE}",@x\n')
    assert errors == []
    assert [home.extras["note"] for home in homes] == ["=1+1", "@x"]


@pytest.mark.slow
def test_a_cell_of_ten_megabytes_makes_only_its_row_an_error() -> None:
    data = f'full_address,note\n"{DAVIS}",'.encode() + b"x" * 10_000_000 + f'\n"{GRANDE}",y\n'.encode()
    homes, errors = read_addresses(data)
    assert addresses(homes) == [GRANDE]
    assert [(error.row, len(error.text) <= 200) for error in errors] == [(2, True)]
    assert csv.field_size_limit() < 10_000_000


def test_an_unclosed_quote_does_not_include_the_rows_after_it() -> None:
    rows = "".join(f'"{number} W Davis Rd, Glendale, AZ 85306",x\n' for number in range(1, 200))
    homes, errors = read_text(f'full_address,note\n"1000 W Davis Rd, Glendale\n{rows}')
    assert len(homes) == 199
    assert [(error.row, error.reason) for error in errors] == [(2, "a quote is opened and not closed")]


def test_equal_names_of_other_columns_are_kept_apart() -> None:
    homes, _ = read_text(f'note,full_address,note,note\na,"{DAVIS}",b,c\n')
    assert homes[0].extras == {"note": "a", "note_2": "b", "note_3": "c"}


def test_paths_files_and_standard_input_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "homes.csv"
    path.write_text(PARTS)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PARTS.encode())))
    expected = read_addresses(PARTS.encode())
    assert read_addresses(path) == expected
    assert read_addresses(str(path)) == expected
    assert read_addresses("-") == expected
    assert read_addresses(bytearray(PARTS.encode())) == expected
    with path.open("rb") as file:
        assert read_addresses(file) == expected


def test_addresses_in_one_line() -> None:
    homes, errors = parse_inline(f"{DAVIS}; {GRANDE} ;;{DAVIS.upper()}; nonsense")
    assert [(home.address, home.rows) for home in homes] == [(DAVIS, (1, 4)), (GRANDE, (2,))]
    assert [(error.row, error.text) for error in errors] == [(5, "nonsense")]


def test_the_example_list_is_whole_and_hard() -> None:
    homes, errors = read_addresses(EXAMPLE)
    with EXAMPLE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert errors == []
    assert addresses(homes) == [row["full_address"] for row in rows]
    assert len(homes) == 16
    assert {home.parsed.type for home in homes} > {"", "Way", "St"}
    assert any("." in row["baths"] and not row["baths"].endswith((".0", ".5")) for row in rows)
    assert all(row["full_address"] == f"{row['street']}, {row['city']}, {row['state']} {row['zip']}" for row in rows)
    assert all(int(row["price"].strip("$").replace(",", "")) == int(row["price_num"]) for row in rows)
    assert all(f"{int(row['price_num']) / int(row['sqft']):.2f}" == row["price_per_sqft"] for row in rows)


@needs_captures
def test_the_real_lists_are_read() -> None:
    for name, count in (("phx_homes.csv", 35), ("phx_homes_variant.csv", 8)):
        path = CAPTURES / name
        homes, errors = read_addresses(path)
        assert errors == []
        assert len(homes) == count
        with path.open(newline="", encoding="utf-8") as file:
            assert addresses(homes) == [row["full_address"] for row in csv.DictReader(file)]


@needs_captures
def test_the_example_list_is_not_the_real_one() -> None:
    real = {home.address for home in read_addresses(CAPTURES / "phx_homes.csv")[0]}
    assert not real & {home.address for home in read_addresses(EXAMPLE)[0]}
