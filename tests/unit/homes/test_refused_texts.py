"""Texts that are no readable address: each is refused with a sentence that says what is wrong."""

from __future__ import annotations

import pytest

from phx_scraper.errors import AddressError
from phx_scraper.homes import parse_address
from phx_scraper.homes.address_words import MAX_LENGTH

REFUSALS = [
    ("123 Main St No A, Mesa, AZ 85201", "what stands behind the street cannot be read: 'NO A'"),
    ("4732 W Davis Rd 85306 Glendale", "the unit would be 85306, which looks like a zip; write the zip at the end"),
    ("4732 W Davis Rd Apt 5, Unit 6, Glendale, AZ 85306", "the address names two units, 5 and 6"),
    ("4732 W Davis Rd Apt 5 Unit 6, Glendale, AZ 85306", "the address names two units, 5 and 6"),
    ("4732 W Davis Rd Unit QUADPLEX 80, Glendale, AZ 85306", "the unit cannot be read from 'UNIT QUADPLEX 80'"),
    (
        "4732 W Davis Rd Unit 00, Glendale, AZ 85306",
        "the unit is 00, which may mean that there is none; leave it out or correct it",
    ),
    ("Glendale, AZ 85306", "no house number at the beginning of 'GLENDALE'"),
    ("4732, AZ 85306", "no street name after the house number 4732"),
    (
        "0-0 W Davis Rd, Glendale, AZ 85306",
        "the house number is 0-0, which any lot without one may have; give the lot's own",
    ),
    (
        "0A W Davis Rd, Glendale, AZ 85306",
        "the house number is 0A, which any lot without one may have; give the lot's own",
    ),
    (
        "114 AND 116 N Park St, Mesa, AZ 85201",
        "two house numbers stand in one address, 114 and 116; write one row for each",
    ),
    (
        "114 TO 116 N Park St, Mesa, AZ 85201",
        "two house numbers stand in one address, 114 and 116; write one row for each",
    ),
    (
        "114 116 N Park St, Mesa, AZ 85201",
        "two house numbers stand in one address, 114 and 116; write one row for each",
    ),
    (
        "114 114 N Park St, Mesa, AZ 85201",
        "two house numbers stand in one address, 114 and 114; write one row for each",
    ),
    ("Undisclosed Address, Mesa, AZ 85201", "the address is not disclosed"),
    ("Address Not Disclosed, Mesa, AZ 85201", "the address is not disclosed"),
    ("Address Not Given, Mesa, AZ 85201", "no house number at the beginning of 'ADDRESS NOT GIVEN'"),
    ("Withheld, Mesa, AZ 85201", "the address is not disclosed"),
    ("Confidential, Mesa, AZ 85201", "the address is not disclosed"),
    ("Plan 2 Encore, Mesa, AZ 85201", "a builder's plan and no home with an address: 'PLAN 2 ENCORE'"),
    ("Encore Plan, Mesa, AZ 85201", "a builder's plan and no home with an address: 'ENCORE PLAN'"),
    ("114 N Park St Corner Of Elm, Mesa, AZ 85201", "what stands behind the street cannot be read: 'CORNER OF ELM'"),
    ("10 Broadway Springfield IL 62701", "the street cannot be told from the city: put a comma between them"),
    ("4732 W Davis Rd, Glendale, AZ 8530", "the zip 8530 of AZ has 4 digits, not 5"),
    ("4732 W Davis Rd, Glendale, AZ 853", "the zip 853 of AZ has 3 digits, not 5"),
    ("4732 W Davis/Dahlia Rd, Glendale, AZ 85306", "no street name can be read from 'DAVIS/DAHLIA'"),
    (", ,", "no street in the address"),
    ("4732 W Davis Rd", "neither a zip nor a city, so the home could be anywhere"),
    ("4732 W Davis Rd Unit A,B, Glendale, AZ 85306", "the address names two units, A and B; write one row for each"),
    (
        "4732 W Davis Rd, Deer Valley Estates, Glendale, Peoria, AZ 85306",
        "two parts stand where the city should be, 'DEER VALLEY ESTATES' and 'GLENDALE'",
    ),
    ("4732 Avenida Del Sol A, B, AZ 85306", "the city would be 'B'; write a unit with its word, as Unit B"),
    ("4732 W Davis Rd, Glendale2, AZ 85306", "the city 'GLENDALE2' has 'GLENDALE2' in it"),
    ("114 N Park Rd, Glendale Phoenix, AZ 85306", "two cities stand where one should be, Glendale and Phoenix"),
    (
        "114 N Park Rd, El Mirage Sun City West, AZ 85306",
        "two cities stand where one should be, El Mirage and Sun City West",
    ),
    ("5B, 123 W Main St, Mesa, AZ 85201", "two house numbers stand in one address, 5B and 123; write one row for each"),
    ("123 W Main St PH B, Mesa, AZ 85201", "what stands behind the street cannot be read: 'PH B'"),
    (
        "123 W Main St 00, Mesa, AZ 85201",
        "the unit is 00, which may mean that there is none; leave it out or correct it",
    ),
    ("123 W Main St Slip Madison, Mesa, AZ 85201", "what stands behind the street cannot be read: 'SLIP MADISON'"),
    (
        "123 Ave De La Vista, Mesa, AZ 85201",
        "the address can be read in two ways, one of them as '123 Avenida De La Vis, Mesa, AZ 85201'",
    ),
    ("123 5 N Park St, Mesa, AZ 85201", "two house numbers stand in one address, 123 and 5; write one row for each"),
    ("123 12345 Th St, Mesa, AZ 85201", "no street name can be read from '12345 TH'"),
    ("123 W 85201 St, Mesa, AZ 85201", "no street name can be read from '85201'"),
    ("123 Main St Lot A, Mesa, AZ 85201", "what stands behind the street cannot be read: 'LOT A'"),
    ("123 Main St Apt AB Mesa AZ 85201", "the unit cannot be read from 'APT AB MESA'"),
    ("123 Main St Bldg AB, Mesa, AZ 85201", "the unit cannot be read from 'BLDG AB'"),
    ("123 Main St Unit 5, Rear, Mesa, AZ 85201", "the address names two units, 5 and REAR"),
    ("123 Main St 85201 85201", "the unit would be 85201, which looks like a zip; write the zip at the end"),
    ("123 Main St, USA", "neither a zip nor a city, so the home could be anywhere"),
    ("123 Main St Unit 85201", "neither a zip nor a city, so the home could be anywhere"),
    ("123 Main St Bethel CT 6801", "neither a zip nor a city, so the home could be anywhere"),
    ("123 Elm Ct 6801", "neither a zip nor a city, so the home could be anywhere"),
    ("123 Elm St CT 6801", "neither a zip nor a city, so the home could be anywhere"),
    ("123 Elm CT 06801", "the street cannot be told from the city: put a comma between them"),
    ("123 Park LA", "neither a zip nor a city, so the home could be anywhere"),
    ("123 Park, LA", "neither a zip nor a city, so the home could be anywhere"),
    ("123 Elm Ct", "neither a zip nor a city, so the home could be anywhere"),
    ("123 Main St District Of Columbia", "neither a zip nor a city, so the home could be anywhere"),
    ("123 N Phoenix St", "neither a zip nor a city, so the home could be anywhere"),
    ("123 Broadway IL 62701", "the street cannot be told from the city: put a comma between them"),
    (", ,", "no street in the address"),
    ("4732 W D\u6771vis Rd, Mesa, AZ", "the address has the character '\\u6771', which no US address has"),
    (f"1 W Main St, Mesa{' ' * MAX_LENGTH}", "the address has 317 characters, more than 300"),
    (f"{'X ' * 60}", f"no house number at the beginning of '{('X ' * 60)[:80]}'"),
    ("2nd Floor 123 W Main St, Mesa, AZ 85201", "no house number at the beginning of '2ND FLOOR 123 W MAIN ST'"),
    (
        "Guest House 123 W Main St, Mesa, AZ 85201",
        "no house number at the beginning of 'GUEST HOUSE 123 W MAIN ST'",
    ),
    (f"Plan {'X' * 70}", f"a builder's plan and no home with an address: 'PLAN {'X' * 55}'"),
    (f"4732 W Main St {'X' * 70}, Mesa, AZ 85201", f"what stands behind the street cannot be read: '{'X' * 60}'"),
    (f"4732 W Main St, {'X' * 70}5", f"the city '{'X' * 60}' has '{'X' * 70}5' in it"),
    (f"4732 W Main St Unit {'QUAD' * 20}", f"the unit cannot be read from 'UNIT {('QUAD' * 20)[:55]}'"),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSALS)
def test_a_refusal_says_what_is_wrong(text: str, sentence: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    assert str(caught.value) == sentence
