from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.run.arguments import CrawlArguments, prepare

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
OTHER = "4560 E Sunrise Dr, Phoenix, AZ 85044"


def prepared(**arguments: Any) -> CrawlArguments:
    return prepare("zillow", ("zillow",), arguments, read_config({}))


def test_one_address() -> None:
    job = prepared(address=HOME)
    assert [home.address for home in job.homes] == [HOME]
    assert job.sources == ("zillow",)
    assert (job.force, job.fresh, job.dry_run, job.refresh_days) == (False, False, False, 7.0)


def test_several_addresses_and_a_limit() -> None:
    assert len(prepared(address=f"{HOME}; {OTHER}").homes) == 2
    assert len(prepared(address=f"{HOME}; {OTHER}", limit="1").homes) == 1


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "homes.csv"
    path.write_text(f'full_address\n"{HOME}"\nnowhere\n"{OTHER}"\n', encoding="utf-8")
    job = prepared(addresses=str(path))
    assert [home.address for home in job.homes] == [HOME, OTHER]
    assert [error.row for error in job.row_errors] == [3]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({}, "addresses"),
        ({"address": HOME, "addresses": "homes.csv"}, "not both"),
        ({"address": "nowhere"}, "no readable address"),
        ({"addresses": "does-not-exist.csv"}, "does-not-exist.csv"),
        ({"adresses": "homes.csv"}, "did you mean addresses"),
        ({"address": HOME, "limit": "0"}, "limit"),
        ({"address": HOME, "limit": "many"}, "limit"),
        ({"address": HOME, "force": "maybe"}, "force"),
        ({"address": HOME, "refresh_days": "-1"}, "refresh_days"),
        ({"address": HOME, "refresh_days": "nan"}, "refresh_days"),
        ({"address": HOME, "sources": "craigslist"}, "craigslist"),
    ],
)
def test_a_wrong_argument_is_one_sentence(arguments: dict[str, str], word: str) -> None:
    with pytest.raises(UsageError, match=word) as caught:
        prepared(**arguments)
    assert "\n" not in str(caught.value)


def test_a_list_without_any_home_names_the_columns_that_were_read(tmp_path: Path) -> None:
    path = tmp_path / "homes.csv"
    path.write_text("Property Address,Owner,Property State\n4732 W Davis Rd,X,AZ\n")
    with pytest.raises(UsageError, match=r"row 2; read were the columns Property Address, Property State"):
        prepared(addresses=str(path))


def test_a_source_of_another_spider_is_named() -> None:
    with pytest.raises(UsageError, match="use the spider 'all'"):
        prepare("redfin", ("redfin",), {"address": HOME, "sources": "zillow"}, read_config({}))


def test_the_job_id_of_scrapyd_is_no_argument() -> None:
    assert prepared(address=HOME, _job="0123abcd").arguments == {"address": HOME}


@pytest.mark.parametrize("written", ["Redfin", " REDFIN ,redfin"])
def test_sources_are_known_in_capitals_too(written: str) -> None:
    assert prepare("all", ("redfin", "zillow"), {"address": HOME, "sources": written}, read_config({})).sources == (
        "redfin",
    )


def test_a_job_without_any_source_is_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MARICOPA_ASSESSOR_TOKEN", raising=False)
    with pytest.raises(UsageError, match="no source is left to ask"):
        prepare("maricopa_assessor", ("maricopa_assessor",), {"address": HOME}, read_config({}))
    assert prepare("all", ("maricopa_assessor", "zillow"), {"address": HOME}, read_config({})).sources == ("zillow",)
