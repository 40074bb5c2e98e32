"""The service of docker-compose.yml as processes of this machine: the same commands with the same environment.

`python scripts/stack.py` (`make stack`) starts it, says where what listens, and ends all of it on Ctrl-C. In the place
of the S3 server stands moto's; Grafana is left out. With `--replica` homes are asked for at a replica of its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line
from phx_scraper.replica import Options, running
from tests.ports import free_port
from tests.prometheus_server import WHY_NOT, program
from tests.redis_server import redis_program

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
HOST = "127.0.0.1"
PATIENCE = 180.0
_KEPT_NAMES = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR")


class StackFailed(Exception):
    """Something did not start; the sentence says what."""


class Stack:
    """All processes below one folder. `extra` is added to the environment of ours: the replica's address, paces."""

    def __init__(self, folder: Path, extra: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.secrets = folder / "secrets"
        self.extra = dict(extra or {})
        self.ports = {name: free_port() for name in ("redis", "postgres", "s3", "api", "prometheus")}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._database: Path | None = None

    def start(self, workers: int | None = None) -> None:
        """All of it, in the order of docker-compose.yml. Raises StackFailed."""
        self.start_servers()
        self.start_services(workers)

    def start_servers(self) -> None:
        """What keeps data: PostgreSQL, Redis, S3. Raises StackFailed."""
        self._make_secrets()
        self._start_postgres()
        self._start_redis()
        self.run("s3", [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(self.ports["s3"])])
        self._await("s3", f"http://{HOST}:{self.ports['s3']}/moto-api/")
        self.finish("bucket", [sys.executable, str(ROOT / "deploy" / "make_bucket.py")])

    def start_services(self, workers: int | None = None) -> None:
        """What works on it. Raises StackFailed."""
        self.run_ours("api", "api")
        self._await("api", f"http://{HOST}:{self.ports['api']}/health")
        for number in range(COMPOSE["services"]["worker"]["scale"] if workers is None else workers):
            self.run_ours("worker", f"worker-{number + 1}")
        self._start_prometheus()

    def stop(self) -> None:
        """End everything, what began last first."""
        for name, process in reversed(self.processes.items()):
            if process.poll() is None:
                process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(30)
            process.kill()
            process.wait()
        if self._database is not None:
            shutil.rmtree(self._database, ignore_errors=True)

    def environment(self, service: str) -> dict[str, str]:
        """What a service of ours is told, with this machine's places in those of containers."""
        kept = {name: os.environ[name] for name in _KEPT_NAMES if name in os.environ}
        told = {name: self._here(str(value)) for name, value in COMPOSE["services"][service]["environment"].items()}
        if "PHX_API_PORT" in told:
            told |= {"PHX_API_HOST": HOST, "PHX_API_PORT": str(self.ports["api"])}
        return {**kept, **told, "PYTHONPATH": str(ROOT), **self.extra}

    def command(self, service: str, *words: str) -> list[str]:
        """Of our program, with the words of docker-compose.yml where none are given."""
        named = words or tuple(map(str, COMPOSE["services"][service]["command"]))
        return [sys.executable, "-m", "phx_scraper", *named]

    def run_ours(self, service: str, name: str) -> None:
        """Start one of our services."""
        self.run(name, self.command(service), service)

    def run(self, name: str, line: Sequence[str], service: str = "bucket", **options: Any) -> None:
        """Start a process; its log is NAME.log."""
        with self.log_of(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                line, stdout=log, stderr=log, cwd=self.folder, env=self.environment(service), **options
            )

    def finish(self, name: str, line: Sequence[str], service: str = "bucket") -> str:
        """Run a process to its end; what it says. Raises StackFailed."""
        done = subprocess.run(
            line, cwd=self.folder, env=self.environment(service), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise StackFailed(f"{name} ended with exit code {done.returncode}: {done.stderr.strip() or done.stdout}")
        return done.stdout

    def log_of(self, name: str) -> Path:
        """Where a process writes what it says."""
        return self.folder / f"{name}.log"

    def _here(self, text: str) -> str:
        text = text.replace("/run/secrets", str(self.secrets))
        for secret, made in COMPOSE["secrets"].items():
            text = text.replace(f"{self.secrets}/{secret}", f"{self.secrets}/{Path(made['file']).name}")
        for host, inside in (("s3", 8333), ("redis", 6379), ("api", 8080)):
            text = text.replace(f"{host}:{inside}", f"{HOST}:{self.ports[host]}")
        return text.replace("@postgres/", f"@{HOST}:{self.ports['postgres']}/")

    def _make_secrets(self) -> None:
        command = ["/bin/sh", ROOT / "deploy" / "secrets.sh", self.secrets]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        settings = (self.secrets / "phx.toml").read_text()
        (self.folder / "phx.toml").write_text(self._here(settings))
        (self.folder / "phx.toml").chmod(0o600)

    def _start_postgres(self) -> None:
        """As an ordinary user, which PostgreSQL insists on."""
        programs = postgres_programs()
        if programs is None:
            raise StackFailed("PostgreSQL is not here: apt-get install postgresql")
        told = COMPOSE["services"]["postgres"]["environment"]
        other: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
        # Below no folder that only its owner may enter.
        self._database = home = Path(tempfile.mkdtemp(prefix="phx-postgres-"))
        password = home / "password"
        shutil.copy(self.secrets / Path(COMPOSE["secrets"]["postgres_password"]["file"]).name, password)
        if other:
            shutil.chown(home, "nobody")
        made = [*told["POSTGRES_INITDB_ARGS"].split(), "--auth=scram-sha-256", f"--pwfile={password}", "--no-sync"]
        line = [str(programs / "initdb"), "-D", str(home / "data"), f"--username={told['POSTGRES_USER']}", *made]
        done = subprocess.run(line, check=False, cwd="/", capture_output=True, text=True, **other)
        if done.returncode:
            raise StackFailed(f"PostgreSQL could not be made ready in {home}: {done.stderr.strip()}")
        options = [f"listen_addresses={HOST}", f"port={self.ports['postgres']}", f"unix_socket_directories={home}"]
        words = [word for option in options for word in ("-c", option)]
        self.run("postgres", [str(programs / "postgres"), "-D", str(home / "data"), *words], **other)
        self._make_database(told)

    def _make_database(self, told: Mapping[str, str]) -> None:
        import psycopg

        password = (self.secrets / "postgres_password").read_text()
        place = {"host": HOST, "port": self.ports["postgres"], "user": told["POSTGRES_USER"], "password": password}
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with psycopg.connect(**place, dbname="postgres", autocommit=True) as connection:  # type: ignore[arg-type]
                    connection.execute(f"CREATE DATABASE {told['POSTGRES_DB']}".encode())
                return
            except psycopg.OperationalError as error:
                self._still_waits("postgres", until, str(error))

    def _start_redis(self) -> None:
        from redis import Redis
        from redis.exceptions import RedisError

        program_, *words = map(str, COMPOSE["services"]["redis"]["command"])
        assert program_ == "redis-server"
        data = self.folder / "redis"
        data.mkdir(exist_ok=True)
        line = [redis_program() or program_, *(self._here(word) for word in words), "--port", str(self.ports["redis"])]
        self.run("redis", [*line, "--bind", HOST, "--dir", str(data)])
        password = (self.secrets / "redis_password").read_text()
        until = time.monotonic() + PATIENCE
        while True:
            try:
                Redis(HOST, self.ports["redis"], password=password).ping()
                return
            except RedisError as error:
                self._still_waits("redis", until, str(error))

    def _start_prometheus(self) -> None:
        found = program("prometheus")
        if found is None:
            sys.stderr.write(f"Prometheus is left out: {WHY_NOT}\n")
            return
        home = self.folder / "prometheus"
        shutil.copytree(ROOT / "deploy" / "prometheus", home, dirs_exist_ok=True)
        targets = home / "targets.yml"
        targets.write_text(self._here(targets.read_text()))
        words = [str(word) for word in COMPOSE["services"]["prometheus"]["command"]]
        words = [word.replace("/etc/prometheus", str(home)).replace("=/prometheus", f"={home}/data") for word in words]
        self.run("prometheus", [found, *words, f"--web.listen-address={HOST}:{self.ports['prometheus']}"])
        self._await("prometheus", f"http://{HOST}:{self.ports['prometheus']}/-/ready")

    def _await(self, name: str, url: str) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(url, timeout=5):  # nosec B310 # http, of this machine
                    return
            except OSError as error:
                self._still_waits(name, until, str(error))

    def _still_waits(self, name: str, until: float, why: str) -> None:
        if self.processes[name].poll() is not None or time.monotonic() > until:
            raise StackFailed(f"{name} did not start: {why}\n{self.log_of(name).read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def postgres_programs() -> Path | None:
    """The folder of `initdb`; Debian keeps it off PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def main() -> int:
    """Exit codes: 0 ended by Ctrl-C, 3 something did not start, or ended by itself."""
    parser = command_line(__doc__, __file__)
    parser.add_argument("--workers", type=int, help="how many (default: as docker-compose.yml)")
    parser.add_argument("--replica", action="store_true", help="ask a replica of the sources, not the live sites")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _folder() as folder, _replica(chosen.replica) as extra:
        stack = Stack(folder, extra)
        try:
            stack.start(chosen.workers)
            _say(stack)
            return _watch(stack)
        except StackFailed as error:
            sys.stderr.write(f"{error}\n")
            return 3
        except KeyboardInterrupt:
            return 0
        finally:
            stack.stop()


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="phx-stack-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextlib.contextmanager
def _replica(is_wanted: bool) -> Iterator[dict[str, str]]:
    if not is_wanted:
        yield {}
        return
    with running(Options(photos=(2, 4), width=640)) as replica:
        yield {"PHX_REPLICA_URL": replica.url, "PHX_DELAY_SCALE": "0"}


def _say(stack: Stack) -> None:
    for name, port in stack.ports.items():
        if name in stack.processes:
            print(f"{name:10} {HOST}:{port}")
    print(f"settings   {stack.folder}/phx.toml: run commands in that folder, with IMAGES_STORE and AWS_… as below")
    for name, value in stack.environment("worker").items():
        if name in COMPOSE["services"]["worker"]["environment"] or name in stack.extra:
            print(f"export {name}={value}")
    print("Ctrl-C ends all of it.", flush=True)


def _watch(stack: Stack) -> int:
    while True:
        for name, process in stack.processes.items():
            if process.poll() is not None:
                sys.stderr.write(f"{name} ended with exit code {process.returncode}; its log:\n")
                sys.stderr.write(stack.log_of(name).read_text(errors="replace")[-2000:])
                return 3
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
