"""The script of docs/scrapyd.md that makes the daemon's password: once, however often it is run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "scrapyd_login.sh"
FOREIGN = "machine www.example.com login me password mine\nmachine 127.0.0.1 login other password theirs\n"


def run(home: Path) -> None:
    (home / "scrapyd").mkdir(exist_ok=True)
    subprocess.run(["sh", SCRIPT, home / "scrapyd"], env={**os.environ, "HOME": str(home)}, check=True)


def password(home: Path) -> str:
    line = f'. "{home}/scrapyd/login"; printf "%s %s" "$SCRAPYD_USERNAME" "$SCRAPYD_PASSWORD"'
    user, found = subprocess.check_output(["sh", "-eu", "-c", line], text=True).split()
    assert user == "phx"
    return found


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    run(tmp_path)
    first = password(tmp_path)
    netrc = tmp_path / ".netrc"
    assert netrc.read_text() == "".join(
        f"machine {host} login phx password {first}\n" for host in ("127.0.0.1", "localhost")
    )
    before = netrc.read_text()
    run(tmp_path)
    assert password(tmp_path) == first
    assert netrc.read_text() == before
    for path in (netrc, tmp_path / "scrapyd" / "login"):
        assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == [".netrc", "scrapyd"]


def test_what_others_wrote_stays_and_an_older_password_of_ours_goes(tmp_path: Path) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text(FOREIGN + "machine localhost login phx password old\n")
    run(tmp_path)
    text = netrc.read_text()
    assert text.endswith(FOREIGN)
    assert "old" not in text
    assert text.startswith(f"machine 127.0.0.1 login phx password {password(tmp_path)}\n")
