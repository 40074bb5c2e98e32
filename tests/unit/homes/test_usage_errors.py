from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from phx_scraper.errors import UsageError
from phx_scraper.homes import addresses_csv, parse_inline, read_addresses
from phx_scraper.homes.addresses_csv import MAX_ROWS
from phx_scraper.homes.input_bytes import MAX_BYTES, Source


def sentence(source: Source) -> str:
    with pytest.raises(UsageError) as caught:
        read_addresses(source)
    text = str(caught.value)
    assert text.isprintable()
    assert len(text) < 400
    return text


def test_a_missing_file() -> None:
    assert sentence("no/such.csv") == "no/such.csv does not exist; give the path of a CSV file, or - for standard input"


def test_a_folder(tmp_path: Path) -> None:
    assert sentence(tmp_path) == f"{tmp_path} is a folder; give the path of a CSV file"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bad\0name.csv", "bad?name.csv does not exist"),
        ("~nobody-of-this-name/x.csv", "~nobody-of-this-name/x.csv does not exist"),
        ("line\nend.csv", "line?end.csv does not exist"),
        ("x" * 5_000, "cannot be read (file name too long)"),
    ],
)
def test_an_impossible_name(name: str, said: str) -> None:
    assert said in sentence(name)


def test_a_file_that_the_system_refuses_to_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Tests may run as root, who ignores mode bits: so the error itself is simulated.
    path = tmp_path / "homes.csv"
    path.write_text("full_address\n")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert sentence(path) == f"{path} cannot be read (permission denied); give the path of a readable CSV file"


@pytest.mark.parametrize("data", [b"", b"\n\r\n  ", b"\0" * 40, b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe\n\0"])
def test_an_empty_list(data: bytes) -> None:
    assert "is empty; it needs a header line" in sentence(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04rest", "an Excel workbook or ZIP archive"),
        (b"\xd0\xcf\x11\xe0rest", "an Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (bytes(range(256)) * 20, "a binary file"),
        (b"full_address\n" + bytes(range(1, 32)) * 400, "a binary file"),
    ],
)
def test_a_file_that_is_no_text(data: bytes, kind: str) -> None:
    assert sentence(data) == f"the list of addresses is {kind}, not a CSV file; save the list as CSV (UTF-8)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("price,beds\n1,2\n", "(price, beds)"),
        ("street,price\n4732 W Davis Rd,1\n", "(street, price)"),
        ("city,state,zip\nGlendale,AZ,85306\n", "(city, state, zip)"),
        ("4732 W Davis Rd;Glendale;AZ;85306\n", "(4732 W Davis Rd"),
        ('"street\n' * 100, '("street'),
        ("{}", "({})"),
    ],
)
def test_no_address_column(text: str, shown: str) -> None:
    message = sentence(text.encode())
    assert "has no address column in its first line" in message
    assert "name a column full_address, or columns street, city, state and zip" in message
    assert shown.strip(")") in message


@pytest.mark.parametrize(
    "header", ["Owner Address,Owner City,Owner Zip", "Mailing Address,City,Zip", "Tax Bill Street,Tax Bill City,Zip"]
)
def test_addresses_of_owners_alone_are_no_list_without_a_header(header: str) -> None:
    # The rows would read as whole addresses, and the owners' homes would be collected.
    message = sentence(f"{header}\n6120 W Elm Dr,Glendale,85306\n1 N Oak Ave,Mesa,85201\n".encode())
    assert "has no address column in its first line" in message
    assert header.split(",")[0] in message


def test_a_header_without_rows() -> None:
    assert "has a header line but no rows" in sentence(b"street,city,zip\n\n,,\n")


@pytest.mark.slow
def test_too_many_rows() -> None:
    data = b"full_address\n" + b"x\n" * (MAX_ROWS + 1)
    assert sentence(data) == "the list of addresses has more than 100,000 rows; split it into smaller lists"


def test_exactly_as_many_rows_as_allowed_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses_csv, "MAX_ROWS", 200)
    homes, errors = read_addresses(b"full_address\n\n" + b"x\n" * 200 + b"\n")
    assert (len(homes), len(errors)) == (0, 200)
    assert "more than 200 rows" in sentence(b"full_address\n" + b"x\n" * 201)


def test_too_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert sentence(path) == f"{path} is larger than 50 MB; split it into smaller lists"


def test_standard_input_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"price\n1\n")))
    assert sentence("-").startswith("standard input has no address column")


@pytest.mark.parametrize("text", ["", " ", ";", " ; ;\n"])
def test_no_address_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="no address was given"):
        parse_inline(text)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("homes.csv", "data/homes.csv"),
        ("data/home.csv", "data/homes.csv"),
        ("Homes.csv", "data/homes.csv"),
        ("lost.csv", ""),
        ("nowhere/homes.csv", ""),
    ],
)
def test_a_missing_list_is_reported_with_the_nearest_existing_one(
    asked: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "homes.csv").write_text("full_address\n")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "lost.csv").write_text("full_address\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="does not exist; ") as caught:
        read_addresses(asked)
    assert str(caught.value).endswith(f"did you mean {meant}?" if meant else "standard input")


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_more_columns_than_are_read(delimiter: str) -> None:
    header = delimiter.join(["full_address", *(f"c{number}" for number in range(2000))])
    assert sentence(header.encode() + b"\nx\n") == (
        "the list of addresses has 2,001 columns, more than 2,000; leave out those that name no home"
    )


def test_a_row_of_far_too_many_cells_is_one_bad_row() -> None:
    wide = b'"1 W Elm St, Mesa, AZ 85201"' + b",x" * 100_000
    homes, errors = read_addresses(b"full_address,note\n" + wide + b'\n"2 W Elm St, Mesa, AZ 85201",\n')
    assert [home.address for home in homes] == ["2 W Elm St, Mesa, AZ 85201"]
    assert [error.reason.partition(";")[0] for error in errors] == ["the row has 100001 cells where the header has 2"]
