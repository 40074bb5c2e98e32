from __future__ import annotations

import pytest

from phx_scraper.errors import AddressError
from phx_scraper.homes import Address, address_from_slug, canonical, parse_address, property_hash, slug
from phx_scraper.homes.address_words import MAX_LENGTH


def test_every_field_of_a_full_address_is_read() -> None:
    assert parse_address("123 1/2 North 37th Street NW #5, Sun City West, Arizona 85375-0001") == Address(
        number="123 1/2",
        direction="N",
        name="37th",
        type="St",
        post_direction="NW",
        unit="5",
        city="Sun City West",
        state="AZ",
        zip="85375",
    )


@pytest.mark.parametrize(
    ("text", "direction", "name", "kind"),
    [
        ("4137 W Cielo Grande, Glendale, AZ 85310", "W", "Cielo Grande", ""),
        ("5219 W El Caminito Dr, Glendale, AZ 85302", "W", "El Caminito", "Dr"),
        ("10 E Via Linda, Scottsdale, AZ 85258", "E", "Via Linda", ""),
        ("10 N Via De La Sendero, Scottsdale, AZ", "N", "Via De La Sendero", ""),
        ("10 W Calle Lejos, Peoria, AZ 85383", "W", "Calle Lejos", ""),
        ("10 E Camino Del Santo, Scottsdale, AZ", "E", "Camino Del Santo", ""),
        ("10 E Paseo Way, Tempe, AZ", "E", "Paseo", "Way"),
        ("10 W Camino Vista, Peoria, AZ", "W", "Camino Vista", ""),
        ("10 N Cave Creek Rd, Phoenix, AZ", "N", "Cave Creek", "Rd"),
        ("10 W Northern Ave, Phoenix, AZ", "W", "Northern", "Ave"),
        ("10 S Avenue A, Yuma, AZ", "S", "Avenue A", ""),
        ("10 Avenue E, Yuma, AZ", "", "Avenue E", ""),
        ("10 W Park View Ln, Peoria, AZ", "W", "Park View", "Ln"),
        ("10 N Lake Dr, Surprise, AZ", "N", "Lake", "Dr"),
        ("10 N Lake, Surprise, AZ", "N", "Lake", ""),
        ("10 N Center, Mesa, AZ", "N", "Center", ""),
        ("10 E Mountain View Rd, Scottsdale, AZ", "E", "Mountain View", "Rd"),
        ("10 W St John Rd, Glendale, AZ", "W", "Saint John", "Rd"),
        ("10 St James Pl, Glendale, AZ", "", "Saint James", "Pl"),
        ("10 N Mount St Helens Dr, Glendale, AZ", "N", "Mount Saint Helens", "Dr"),
        ("10 Main St Ext, Mesa, AZ", "", "Main Street", "Ext"),
        ("10 North Ln, Phoenix, AZ", "", "North", "Ln"),
        ("10 W North Ln, Phoenix, AZ", "W", "North", "Ln"),
        ("10 N St, Sacramento, CA", "", "N", "St"),
        ("10 NE 5th St, Portland, OR", "NE", "5th", "St"),
        ("10 N West Ave, Mesa, AZ", "N", "West", "Ave"),
        ("10 N Fifth St, Mesa, AZ", "N", "5th", "St"),
        ("10 N 3rd, Mesa, AZ", "N", "3rd", ""),
        ("10 E Old US Highway 80, Buckeye, AZ", "E", "Old US Highway 80", ""),
        ("10 N Loop 101, Mesa, AZ", "N", "Loop 101", ""),
        ("10 W Seventh Day Ln, Mesa, AZ", "W", "Seventh Day", "Ln"),
        ("10 W Dr Martin Luther King Blvd, Mesa, AZ", "W", "Doctor Martin Luther King", "Blvd"),
        ("10 W Industrial Viaduct, Mesa, AZ", "W", "Industrial", "Via"),
    ],
)
def test_direction_name_and_type_are_distinguished(text: str, direction: str, name: str, kind: str) -> None:
    address = parse_address(text)
    assert (address.direction, address.name, address.type) == (direction, name, kind)
    assert parse_address(address.canonical) == address


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("10 W Main St Litchfield Park AZ 85340", "Litchfield Park"),
        ("10 W Main St Paradise Valley AZ", "Paradise Valley"),
        ("10 W Main St Queen Creek", "Queen Creek"),
        ("10 W Main St Sun City 85351", "Sun City"),
        ("10 W Main St Sun City West 85375", "Sun City West"),
        ("10 W Main St Fountain Hills AZ", "Fountain Hills"),
        ("10 W Main St Cave Creek AZ", "Cave Creek"),
        ("10 W Main St Apache Junction AZ", "Apache Junction"),
        ("10 W Main St San Tan Valley AZ", "San Tan Valley"),
        ("10 W El Mirage Rd El Mirage AZ", "El Mirage"),
        ("10 W Main St Apt 5 Casa Grande AZ", "Casa Grande"),
        ("10 W Main St Apt 5 El Mirage AZ", "El Mirage"),
        ("10 W Cielo Grande Casa Grande AZ", "Casa Grande"),
        ("10 E Mesa Dr Mesa AZ", "Mesa"),
        ("10 W Main St N Phoenix AZ", "Phoenix"),
        ("10 W Cielo Grande AZ 85310", ""),
        ("10 N Cave Creek 85331", ""),
        ("10 W Camino Pine AZ 85310", ""),
        ("10 Elm Ct 85306", ""),
        ("10 Elm Ct Hartford CT 06101", "Hartford"),
        ("10 Park View Ln Lake Forest IL 60045", "Lake Forest"),
        ("10 Court St St Louis MO 63101", "Saint Louis"),
        ("10 Main St NW Albuquerque NM 87101", "Albuquerque"),
        ("10 Main St, N Las Vegas, NV 89030", "North Las Vegas"),
        ("10 Main St, St. Johns, AZ", "Saint Johns"),
    ],
)
def test_the_city_is_found_with_and_without_commas(text: str, city: str) -> None:
    assert parse_address(text).city == city


@pytest.mark.parametrize(
    ("address", "digits"),
    [
        ("4732 W Davis Rd, Glendale, AZ 85306", "686067a4"),
        ("4560 E Sunrise Dr, Phoenix, AZ 85044", "f4e29e2c"),
        ("7233 W Corrine Dr, Peoria, AZ 85381", "16e902e2"),
        ("2353 W Tierra Buena Ln, Phoenix, AZ 85023", "3e28ac5f"),
        ("8803 N 105th Dr, Peoria, AZ 85345", "ed34c433"),
    ],
)
def test_known_hashes_hold(address: str, digits: str) -> None:
    assert property_hash(address) == digits
    assert property_hash(address.upper().replace(",", " ")) == digits


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no street"),
        (" , ,", "no street"),
        ("85306", "no street"),
        ("Glendale, AZ 85306", "no house number"),
        ("W Davis Rd, Glendale, AZ 85306", "no house number"),
        ("PO Box 12, Phoenix, AZ 85001", "no house number"),
        ("37th St, Phoenix, AZ 85032", "no house number"),
        ("1234567 W Davis Rd, Glendale, AZ", "no house number"),
        ("4732, Glendale, AZ", "neither a zip nor a city"),
        ("4732 W Davis Rd", "neither a zip nor a city"),
        ("4732 W Davis Rd, AZ", "neither a zip nor a city"),
        ("4732, AZ 85306", "no street name"),
        ("4732 W Davis Rd, Glendale, AZ 8530", "has 4 digits"),
        ("4732 W Davis Rd, Deer Valley Estates, Glendale, AZ 85306", "two parts stand where the city"),
        ("4732 W Davis Rd, Glendale2, AZ 85306", "'GLENDALE2' has 'GLENDALE2' in it"),
        ("4732 W Davis Rd Apt, Glendale, AZ 85306", "the unit cannot be read"),
        ("4732 W Davis Rd UNIT QUADPLEX 80, Glendale, AZ 85306", "the unit cannot be read"),
        ("4732 W Davis Rd Apt 5 Unit 6, Glendale, AZ 85306", "two units, 5 and 6"),
        ("4732 W Davis Rd Apt 5, Unit 6, Glendale, AZ 85306", "two units, 5 and 6"),
        ("4732 W Davis/Dahlia Rd, Glendale, AZ 85306", "no street name can be read"),
        ("10 Broadway Springfield IL 62701", "put a comma"),
        ("4732 12 Highway County", "neither a zip nor a city"),
        ("4732 W Dåvis \u6771 Rd, Glendale, AZ", "which no US address has"),
        ("4732 W Davis Rd\0, Glendale, AZ", "which no US address has"),
        ("4732 W Davis Rd Unit A,B, Glendale, AZ 85306", "two units, A and B"),
        ("4732 W Davis Rd Unit 5,6, Glendale, AZ 85306", "two units, 5 and 6"),
        ("4732 W Davis Rd Unit 0, Glendale, AZ 85306", "the unit is 0"),
        ("0 W Davis Rd, Glendale, AZ 85306", "the house number is 0"),
        ("0000 W Davis Rd, Glendale, AZ 85306", "the house number is 0000"),
        ("114 & 116 N Park St, Mesa, AZ 85201", "two house numbers stand in one address, 114 and 116"),
        ("114, 116 N Park St, Mesa, AZ 85201", "two house numbers"),
        ("114 to 116 N Park St, Mesa, AZ 85201", "two house numbers"),
        ("114 N Park St (Corner Of Elm), Mesa, AZ 85201", "what stands behind the street cannot be read"),
        ("114 N Park Rd Phe, Mesa, AZ 85201", "what stands behind the street cannot be read: 'PHE'"),
        ("114 N Park Rd, Glendale (Phoenix), AZ 85306", "two cities stand where one should be, Glendale and Phoenix"),
        ("4732 W Davis Rd 85306 Glendale", "looks like a zip"),
        ("=1+1", "which no US address has"),
        ("@SUM(A1)", "which no US address has"),
        ("4732 W Davis Rd, Glendale, AZ " + " " * MAX_LENGTH, "more than 300"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(AddressError, match=r"^[a-z]") as caught:
        parse_address(text)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4732-W-Davis-Rd-Glendale-AZ-85306", "4732 W Davis Rd, Glendale, AZ 85306"),
        ("2011-e-gary-cir-mesa-az-85213", "2011 E Gary Cir, Mesa, AZ 85213"),
        ("/homes/4137-W-Cielo-Grande-Glendale-AZ-85310_rb/", "4137 W Cielo Grande, Glendale, AZ 85310"),
        ("4732-W-Davis-Rd--Glendale--AZ-85306", "4732 W Davis Rd, Glendale, AZ 85306"),
        ("123-W-Main-St-APT-5-Sun-City-West-AZ-85375", "123 W Main St Unit 5, Sun City West, AZ 85375"),
        ("123-W-Main-St-5-Mesa-AZ-85201", "123 W Main St Unit 5, Mesa, AZ 85201"),
        ("123-1-2-w-main-st-mesa-az-85201", "123 1/2 W Main St, Mesa, AZ 85201"),
        ("123-1-2-37th-st-mesa-az-85201", "123 1/2 37th St, Mesa, AZ 85201"),
        ("15225-N-37th-Way-85032", "15225 N 37th Way, AZ 85032"),
        ("100-w-main-st-san-tan-valley-az-85143-1234", "100 W Main St, San Tan Valley, AZ 85143"),
    ],
)
def test_a_slug_is_read_as_an_address(text: str, expected: str) -> None:
    assert address_from_slug(text).canonical == expected


@pytest.mark.parametrize("text", ["", "/", "glendale-az-85306", "_rb", "../../etc/passwd", "a" * 400])
def test_a_slug_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        address_from_slug(text)


def test_canonical_form_without_zip_city_or_state() -> None:
    assert canonical("4732 West Davis Road, Glendale") == "4732 W Davis Rd, Glendale"
    assert canonical("4732 West Davis Road, Glendale, AZ") == "4732 W Davis Rd, Glendale, AZ"
    assert canonical("4732 West Davis Road 85306") == "4732 W Davis Rd, AZ 85306"
    assert canonical("10 Main Street, Springfield 62701") == "10 Main St, Springfield 62701"


def test_slug_is_what_the_design_says() -> None:
    assert slug("4732 W Davis Road, Glendale, AZ 85306") == "4732-w-davis-rd-glendale-az-85306"
