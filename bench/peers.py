"""Comparable programs, on the same photos of the same server."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.crawls import Bench, CrawlCost
from bench.measure import REPOSITORY

PROGRAMS = Path(os.environ.get("PHX_BENCH_PEERS", REPOSITORY / ".bench-venv" / "bin"))
OUT = "peer"
# Quiet and offline: no update check, no reporting.
_ENVIRONMENT = {"NO_ALBUMENTATIONS_UPDATE": "1", "WANDB_MODE": "offline"}
_IMG2DATASET = (
    *("--input_format", "txt", "--output_format", "files", "--number_sample_per_shard", "150"),
    *("--processes_count", "2", "--thread_count", "16", "--enable_wandb", "False"),
    *("--image_size", "1024", "--resize_mode", "keep_ratio_largest", "--resize_only_if_bigger", "True"),
    *("--encode_format", "png"),
)


@dataclass(frozen=True, slots=True)
class Peer:
    """One program with its options; `files` matches the names of its pictures."""

    name: str
    program: str
    options: tuple[str, ...]
    urls_option: str
    out_option: str
    files: str

    def run(self, bench: Bench, urls: Path) -> CrawlCost:
        """Fetch the photos that the file lists, one URL a line, into an empty folder."""
        bench.remove(OUT)
        command = [str(PROGRAMS / self.program), *self.options, self.urls_option, str(urls)]
        return bench.other([*command, self.out_option, str(bench.folder / OUT)], OUT, self.files, _ENVIRONMENT)


def _img2dataset(name: str, level: int, interpolation: str) -> Peer:
    chosen = ("--encode_quality", str(level), "--downscale_interpolation", interpolation)
    return Peer(name, "img2dataset", (*_IMG2DATASET, *chosen), "--url_list", "--output_folder", "*.png")


LEVEL_1 = "img2dataset, PNG level 1"
PEERS = (
    _img2dataset("img2dataset, PNG level 6, Lanczos", 6, "lanczos"),
    _img2dataset(f"{LEVEL_1}, Lanczos", 1, "lanczos"),
    _img2dataset(f"{LEVEL_1}, area", 1, "area"),
    Peer("gallery-dl, download only", "gallery-dl", ("-q", "--no-part", "--config-ignore"), "-i", "-d", "*.jpg"),
)


def installed() -> list[Peer]:
    """The peers that `bench/peers.sh` has installed."""
    return [peer for peer in PEERS if (PROGRAMS / peer.program).exists()]


def versions() -> dict[str, str]:
    """Version by program."""
    listed = subprocess.run([PROGRAMS / "python", "-m", "pip", "list"], capture_output=True, text=True, check=False)
    found = re.findall(r"^(img2dataset|gallery[-_]dl)\s+(\S+)", listed.stdout, re.MULTILINE | re.IGNORECASE)
    return {name.replace("_", "-"): version for name, version in found}
