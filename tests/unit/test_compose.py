"""docker-compose.yml and Dockerfile, without Docker: what they name exists, and nothing may do more than it needs."""

from __future__ import annotations

import argparse
import fnmatch
import json
import re
import stat
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from scrapy.settings import Settings

from phx_scraper.config.fields import FIELDS
from phx_scraper.config.scrapy_values import BOUNDS
from phx_scraper.config.user_file import read_user_file
from scripts.document_commands import documented

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
SECRETS: dict[str, dict[str, str]] = yaml.safe_load(COMPOSE)["secrets"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OURS = [name for name, service in SERVICES.items() if service["image"].startswith("phx-scraper:")]
_OF_DEBIAN = "usr/lib/python3/dist-packages/compose/config/compose_spec.json"
SCHEMA = next(
    (place for place in (Path("/", _OF_DEBIAN), ROOT / ".operations-tools" / _OF_DEBIAN) if place.is_file()), None
)
COMING_COMMANDS = {"api"}
COMING_SETTINGS = {"PHX_API_HOST", "PHX_API_PORT"}
"""Of the API, which comes with another change; to be emptied."""
OF_BOTO3 = {"AWS_ENDPOINT_URL", "AWS_REGION_NAME", "AWS_SHARED_CREDENTIALS_FILE"}


def words(command: Any) -> list[str]:
    assert isinstance(command, list), "a list is run as it stands, a text by a shell"
    return [str(word) for word in command]


@pytest.mark.skipif(
    SCHEMA is None, reason="the schema is needed: apt-get install docker-compose, or make operations-tools"
)
def test_the_file_is_what_compose_reads() -> None:
    from jsonschema import Draft201909Validator

    assert SCHEMA is not None
    found = Draft201909Validator(json.loads(SCHEMA.read_text())).iter_errors(yaml.safe_load(COMPOSE))
    assert [(list(error.path), error.message) for error in found] == []


@pytest.mark.parametrize("name", OURS)
def test_each_command_of_ours_exists_with_its_options(name: str) -> None:
    service = SERVICES[name]
    if "entrypoint" in service:
        program, script = words(service["entrypoint"])
        copied = dict(re.findall(r"^COPY (deploy/\S+) (\S+)$", DOCKERFILE, re.M))
        assert program == "python"
        assert script in copied.values()
        return
    command, *options = words(service["command"])
    if command in COMING_COMMANDS and command not in documented():
        return
    found = documented()[command]
    parser = argparse.ArgumentParser(exit_on_error=False, conflict_handler="resolve")
    found.settings = Settings()
    found.add_options(parser)
    _, unknown = parser.parse_known_args(options)
    assert unknown == []


@pytest.mark.parametrize("name", OURS)
def test_each_environment_name_of_ours_is_a_setting(name: str) -> None:
    named = set(SERVICES[name]["environment"])
    assert named - FIELDS.keys() - BOUNDS.keys() - OF_BOTO3 - COMING_SETTINGS == set()


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_has_no_more_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[\w./-]+:v?\d[\w.-]*(@sha256:[0-9a-f]{64})?", service["image"])
    assert re.fullmatch(r"[1-9]\d*:\d+", service["user"]), "root is nobody's user"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))
    assert service["networks"][0] == "inside"
    assert service["restart"] == ("no" if name == "bucket" else "always")
    assert "test" in service["healthcheck"] or service["healthcheck"] == {"disable": True}


def test_only_what_asks_the_internet_or_serves_people_is_on_the_outer_network() -> None:
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {
        "api", "worker", "grafana",
    }  # fmt: skip
    assert yaml.safe_load(COMPOSE)["networks"]["inside"] == {"internal": True}


def test_no_secret_stands_in_the_file() -> None:
    for service in SERVICES.values():
        for name in service.get("environment", {}):
            assert not re.search("PASSWORD|SECRET|TOKEN|CREDENTIALS", name) or name.endswith("FILE")
    assert not re.search(r"://[^\s/]*:[^\s/]*@", COMPOSE)


def test_every_secret_that_is_named_is_made_and_every_mounted_file_is_there(tmp_path: Path) -> None:
    named = {
        secret if isinstance(secret, str) else secret["source"]
        for service in SERVICES.values()
        for secret in service.get("secrets", [])
    }
    assert named == SECRETS.keys()
    made = made_secrets(tmp_path / "secrets")
    assert all((made / Path(secret["file"]).name).is_file() for secret in SECRETS.values())
    mounted = [volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])]
    assert [place for place in mounted if place.startswith("./") and not (ROOT / place).exists()] == []
    named_volumes = {place for place in mounted if not place.startswith("./")}
    assert named_volumes == yaml.safe_load(COMPOSE)["volumes"].keys()


def made_secrets(folder: Path) -> Path:
    done = subprocess.run(["sh", ROOT / "deploy" / "secrets.sh", folder], capture_output=True, text=True, check=True)
    told = done.stdout + done.stderr
    password = re.compile("[0-9a-f]{48}")
    assert not password.search(told)
    return folder


def test_secrets_are_made_once_and_read_by_our_settings(tmp_path: Path) -> None:
    folder = made_secrets(tmp_path / "secrets")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {path.name: path.read_bytes() for path in made_secrets(folder).iterdir()} == before
    settings = read_user_file(folder / "phx.toml", False).values
    assert settings.keys() == {"PHX_CATALOGUE_URL", "PHX_REDIS_URL"}
    passwords = [before[name].decode() for name in ("postgres_password", "redis_password", "s3_secret")]
    assert len({*passwords, before["grafana_password"].decode()}) == 4
    assert passwords[0] in settings["PHX_CATALOGUE_URL"]
    assert passwords[1] in settings["PHX_REDIS_URL"]
    assert json.loads(before["s3.json"])["identities"][0]["credentials"][0]["secretKey"] == passwords[2]


def test_the_hosts_of_the_secrets_are_services(tmp_path: Path) -> None:
    settings = read_user_file(made_secrets(tmp_path / "s") / "phx.toml", False).values
    hosts = {re.search(r"@(\w+)[:/]", url)[1] for url in settings.values()}  # type: ignore[index]
    hosts.add(re.search(r"http://(\w+):", SERVICES["api"]["environment"]["AWS_ENDPOINT_URL"])[1])  # type: ignore[index]
    assert hosts == {"postgres", "redis", "s3"}
    targets = yaml.safe_load((ROOT / "deploy" / "prometheus" / "targets.yml").read_text())
    assert targets == [{"targets": [f"api:{SERVICES['api']['environment']['PHX_API_PORT']}"]}]


def test_the_image_is_built_from_the_lock_and_runs_as_nobody() -> None:
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
    assert len(stages) == 2
    assert len(set(stages)) == 1
    assert re.fullmatch(r"python:3\.\d+[\w.-]*(@sha256:\w+)?", stages[0])
    assert "--require-hashes -r requirements-service.lock" in DOCKERFILE
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.M) == [SERVICES["api"]["user"]]
    (entry,) = re.findall(r"^ENTRYPOINT (.+)", DOCKERFILE, re.M)
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert json.loads(entry)[0] in scripts


def test_what_the_image_copies_is_sent_to_the_builder() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    assert "*" in ignored
    copied = [
        word
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M)
        for word in line.split()[:-1]
    ]  # fmt: skip
    assert len(copied) > 4
    assert [name for name in copied if not any(fnmatch.fnmatch(name.removeprefix("./"), one) for one in sent)] == []
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_lock_of_the_image_is_a_part_of_the_audited_one() -> None:
    pinned = re.compile(r"^([\w.-]+==[^ ;\\]+)", re.M)
    whole, part = (
        set(pinned.findall((ROOT / name).read_text())) for name in ("requirements.lock", "requirements-service.lock")
    )
    assert len(part) > 50
    assert part - whole == set()
    assert {name.partition("==")[0] for name in part} >= {"psycopg-binary", "boto3", "rq", "fastapi", "uvicorn"}
    assert not {"pytest", "moto", "mypy"} & {name.partition("==")[0] for name in part}
