from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import pytest

from phx_scraper.errors import UsageError
from phx_scraper.homes import canonical
from phx_scraper.replica import Options, Replica, running, truth
from phx_scraper.replica.__main__ import main, read_options
from tests.unit.replica.client import ZILLOW, get, suggestions, zpid
from tests.unit.replica.conftest import make_addresses

COMMAND = [sys.executable, "-m", "phx_scraper.replica"]
HOMES = make_addresses(30)


def write_homes(folder: Path) -> Path:
    file = folder / "homes.csv"
    file.write_text("full_address\n" + "".join(f'"{home}"\n' for home in HOMES))
    return file


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere.example",
        "/nowhere.example/x",
        "/www.zillow.com/robots.txt",
        "/www.zillow.com/homedetails/",
        "/www.zillow.com/homedetails/123_zpid/",
        "/www.zillow.com/homedetails/1200-n-37th-way-phoenix-az-85032/123_zpid/",
        "/www.zillow.com/homedetails/%00%ff/12_zpid/",
        "/www.zillow.com/homedetails/999999999999999999_zpid/",
        "/www.zillow.com/homes/-_rb/",
        "/www.zillow.com/homes/nowhere_rb/",
        "/www.zillow.com/homes/../../etc_rb/",
        "/www.zillowstatic.com/autocomplete/v9/suggestions",
        "/photos.zillowstatic.com/fp/",
        "/photos.zillowstatic.com/fp/0123-p_d.jpg",
        f"/photos.zillowstatic.com/fp/{'0' * 32}-p_d.jpg",
        f"/photos.zillowstatic.com/fp/{'0' * 32}-huge.gif",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/_replica/nothing",
    ],
)
def test_odd_paths_are_not_found(simple: Replica, path: str) -> None:
    assert get(simple, path).status == 404


@pytest.mark.parametrize("query", ["", "?q=", "?q=%00", "?q=Somewhere", "?q=" + "x" * 3000, "?q=1%20Main%20St"])
def test_unparsable_queries_get_no_suggestions(simple: Replica, query: str) -> None:
    answer = get(simple, f"/www.zillowstatic.com/autocomplete/v3/suggestions{query}")
    assert (answer.status, json.loads(answer.body)) == (200, {"results": []})


def test_a_city_is_a_region(simple: Replica) -> None:
    assert [hit["resultType"] for hit in suggestions(simple, "Phoenix, AZ")] == ["Region"]


def test_a_new_server_opens_a_listing_by_slug_alone(simple: Replica) -> None:
    address = HOMES[3]
    number = zpid(simple, address)
    with running(simple.options) as replica:
        assert get(replica, f"{ZILLOW}/homedetails/{number}_zpid/").status == 404
        page = get(replica, f"{ZILLOW}/homedetails/{address.replace(',', '').replace(' ', '-')}/{number}_zpid/")
        assert page.status == 200
        assert address.encode() in page.body


def test_requests_are_counted(simple: Replica) -> None:
    simple.reset()
    address = HOMES[0]
    get(simple, f"{ZILLOW}/homedetails/{zpid(simple, address)}_zpid/")
    get(simple, "/photos.zillowstatic.com/fp/x")
    get(simple, f"{ZILLOW}/homes/nowhere_rb/")
    assert simple.stats() == {
        "total": 4,
        "hosts": {
            "photos.zillowstatic.com": {"photo": 1},
            "www.zillow.com": {"page": 1, "search": 1},
            "www.zillowstatic.com": {"suggestions": 1},
        },
        "statuses": {"200": 2, "404": 2},
        "photo_bytes": 0,
    }
    assert list(simple.urls().values()) == [1]
    simple.reset()
    assert simple.stats()["total"] == 0


def test_the_latency_is_added() -> None:
    with running(Options(latency=120)) as replica:
        start = perf_counter()
        get(replica, "/www.zillow.com/")
        assert perf_counter() - start >= 0.12


def test_a_slow_page_takes_a_second_and_a_half() -> None:
    with running(Options(only=("slow",), photos=(2, 2))) as replica:
        start = perf_counter()
        assert get(replica, f"{ZILLOW}/homedetails/{zpid(replica, HOMES[0])}_zpid/").status == 200
        assert perf_counter() - start >= 1.5


def test_the_truth_is_the_same_in_every_process(tmp_path: Path) -> None:
    file = write_homes(tmp_path)
    told = []
    for seed in ("1", "2"):
        run = subprocess.run(
            [*COMMAND, "--truth", file], capture_output=True, check=True, env=os.environ | {"PYTHONHASHSEED": seed}
        )
        told.append(json.loads(run.stdout))
    assert told[0] == told[1] == truth(file) == truth(HOMES)
    assert list(told[0]["homes"]) == HOMES


def test_the_truth_has_the_agreed_shape() -> None:
    homes = truth(HOMES, Options(only=("copy_cropped", "photo_html", "photo_cut_once"), photos=(4, 5)))["homes"]
    for address, sources in homes.items():
        assert canonical(address) == address
        told = sources["zillow"]
        assert (set(told), told["outcome"]) == ({"outcome", "photos"}, "ok")
        photos = told["photos"]
        assert [photo["position"] for photo in photos] == list(range(1, len(photos) + 1))
        assert len({photo["key"] for photo in photos}) == len(photos)
        assert len({photo["picture"] for photo in photos}) == len(photos) - 1
        assert [photo["usable"] for photo in photos].count(False) == 1


def test_options_change_the_truth_as_they_change_the_pages(tmp_path: Path) -> None:
    file = write_homes(tmp_path)
    run = subprocess.run([*COMMAND, "--truth", file, "--photos", "2", "--no-kinds"], capture_output=True, check=True)
    homes = json.loads(run.stdout)["homes"]
    assert {len(home["zillow"]["photos"]) for home in homes.values()} == {2}
    assert json.loads(run.stdout) == truth(file, Options(photos=(2, 2), kinds=frozenset()))


def test_cache_warming_draws_the_best_files(tmp_path: Path) -> None:
    homes = tmp_path / "one.csv"
    homes.write_text(f'full_address\n"{HOMES[0]}"\n')
    options = Options(
        photos=(3, 3), kinds=frozenset(), width=800, warm=homes, cache=tmp_path / "drawn", sources=("zillow",)
    )
    with running(options) as replica:
        drawn = {file.read_bytes() for file in (tmp_path / "drawn").rglob("*") if file.is_file()}
        keys = [photo["key"] for photo in truth([HOMES[0]], options)["homes"][HOMES[0]]["zillow"]["photos"]]
        assert {get(replica, f"/photos.zillowstatic.com/fp/{key}-d_d.jpg").body for key in keys} == drawn


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(sign: signal.Signals) -> None:
    with subprocess.Popen(
        [*COMMAND, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("replica ready at http://127.0.0.1:")
        process.send_signal(sign)
        assert process.communicate(timeout=300) == ("", "")
    assert process.returncode == 0


def test_wrong_use_is_one_sentence_and_exit_code_2(
    simple: Replica, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    taken = simple.url.rsplit(":", 1)[1]
    for words in (
        ["--port", taken],
        ["--truth", str(tmp_path / "absent.csv")],
        ["--photos", "many"],
        ["--only", "nonsense"],
        ["--warm", str(tmp_path / "absent.csv"), "--port", "0"],
        ["--homes", str(tmp_path / "absent.csv"), "--port", "0"],
        ["--sources", "trulia"],
        ["--refuse", "redfin:soon"],
        ["--refuse", "trulia:3"],
        ["--slow", "redfin:-4"],
    ):
        assert main(words) == 2
        out, err = capfd.readouterr()
        assert out == ""
        assert err.startswith("replica: ")
        assert err.count("\n") == 1


def test_a_replica_that_does_not_start_is_an_error(simple: Replica) -> None:
    taken = int(simple.url.rsplit(":", 1)[1])
    with pytest.raises(UsageError, match="did not start"), running(Options(port=taken)):
        pass


def test_the_scenarios_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-kinds"]) == 0
    assert "blocked_200" in capsys.readouterr().out


def test_options_survive_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPLICA_CACHE", raising=False)
    options = Options(
        photos=(1, 9),
        width=800,
        latency=2.5,
        kinds=frozenset({"sold", "slow"}),
        without=frozenset({"slow"}),
        only=("sold", "slow"),
        cache=tmp_path,
        cache_megabytes=7,
        warm=tmp_path / "homes.csv",
        homes=tmp_path / "known.csv",
        workers=1,
        sources=("redfin", "zillow"),
        refuse=(("redfin", 3), ("zillow", 1)),
        slow=(("phoenix_mls", 12.5),),
    )
    assert read_options(options.arguments()) == options
    assert read_options(Options(kinds=frozenset()).arguments()) == Options(kinds=frozenset())


@pytest.mark.parametrize(
    "host", ["www.zillow.com", "www.redfin.com", "phoenixmlssearch.com", "mcassessor.maricopa.gov"]
)
def test_every_site_has_a_start_page(simple: Replica, host: str) -> None:
    answer = get(simple, f"/{host}/")
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, "text/html")


def test_answers_are_kept_back_from_a_request_on_until_they_are_released() -> None:
    with running(Options(photos=(1, 1), kinds=frozenset())) as replica, ThreadPoolExecutor(2) as threads:
        assert get(replica, "/www.zillow.com/").status == 200
        replica.hold(2)
        answers = [threads.submit(get, replica, path) for path in ("/www.zillow.com/", "/photos.zillowstatic.com/fp/")]
        while replica.stats()["total"] < 3:
            assert not any(answer.done() for answer in answers)
        replica.hold(4, "photo")
        replica.release()
        assert [answer.result().status for answer in answers] == [200, 404]
        assert get(replica, "/www.zillow.com/").status == 200
