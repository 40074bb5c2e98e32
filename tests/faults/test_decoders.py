"""A decoder that crashes or hangs fails the photo in progress, and nothing else."""

from __future__ import annotations

import errno
import hashlib
import json
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import pytest

from phx_scraper.errors import BadPhoto, DecoderUnavailable
from phx_scraper.imaging import Options, decoder_worker, process
from phx_scraper.imaging import decoder_pool as decoding
from phx_scraper.imaging.decoder_pool import DecoderPool
from tests.unit.imaging.pictures import encoded, room

SECONDS = 60.0


@pytest.fixture
def pictures() -> list[bytes]:
    return [encoded(room(seed), "JPEG") for seed in range(6)]


@pytest.fixture
def decoders() -> Iterator[DecoderPool]:
    made = DecoderPool(2, Options(), SECONDS)
    yield made
    made.close()


def fault_on(monkeypatch: pytest.MonkeyPatch, fault: str, data: bytes) -> None:
    monkeypatch.setenv(decoder_worker.FAULT, f"{fault}:{hashlib.sha256(data).hexdigest()}")


def reason_of(decoders: DecoderPool, data: bytes) -> str:
    with pytest.raises(BadPhoto) as caught:
        decoders.process(data)
    return caught.value.reason


def test_results_are_those_of_this_process(decoders: DecoderPool, pictures: list[bytes]) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(decoders.process, pictures)) == [process(data) for data in pictures]
    assert reason_of(decoders, b"") == "empty"
    assert reason_of(decoders, b"<html>") == "html"


def test_a_crash_costs_its_photo_only(monkeypatch: pytest.MonkeyPatch, pictures: list[bytes]) -> None:
    fault_on(monkeypatch, "abort", pictures[2])
    decoders = DecoderPool(2, Options(), SECONDS)

    def ending(data: bytes) -> str:
        try:
            return decoders.process(data).raw_sha256
        except BadPhoto as error:
            return error.reason

    with ThreadPoolExecutor(2) as threads:
        endings = list(threads.map(ending, pictures * 2))
    decoders.close()
    assert [number for number, end in enumerate(endings) if end == "decoder_crash"] == [2, 8]
    assert all(len(end) == 64 for number, end in enumerate(endings) if number not in {2, 8})


def test_a_hang_ends_at_the_limit_and_the_process_is_replaced(
    monkeypatch: pytest.MonkeyPatch, pictures: list[bytes]
) -> None:
    fault_on(monkeypatch, "hang", pictures[0])
    decoders = DecoderPool(1, Options(), 5.0)
    decoders.process(pictures[1])
    hung = decoders._all[0]._process
    assert reason_of(decoders, pictures[0]) == "decoder_timeout"
    assert hung.poll() is not None
    assert decoders.process(pictures[2]) == process(pictures[2])
    decoders.close()


def test_decoders_are_started_when_they_are_needed_and_none_without_a_limit(pictures: list[bytes]) -> None:
    decoders = DecoderPool(2, Options(), SECONDS)
    assert decoders._all == []
    assert decoders.process(pictures[0]) == process(pictures[0])
    assert len(decoders._all) == 1
    decoders.close()
    here = DecoderPool(2, Options(), 0)
    assert here.process(pictures[0]) == process(pictures[0])
    assert here._all == []


def test_invalid_output_of_a_decoder_is_no_result() -> None:
    for head in (b"", b"[]", b'{"failed": 1}', b'{"signature": 5}', b'{"signature": "00", "odd": 1}'):
        with pytest.raises((ValueError, TypeError, KeyError)):
            decoder_worker.decode_result(head, b"")


@pytest.mark.parametrize("length", [-1, 10**9, None])
def test_a_thumbnail_of_an_impossible_length_is_no_result(pictures: list[bytes], length: int | None) -> None:
    head, body = decoder_worker.encode_result(process(pictures[0]))
    assert decoder_worker.decode_result(head, body) == process(pictures[0])
    told = json.loads(head) | {"thumbnail": length}
    with pytest.raises((ValueError, TypeError)):
        decoder_worker.decode_result(json.dumps(told).encode(), body)


def test_a_decoder_that_never_starts_fails_no_photo(monkeypatch: pytest.MonkeyPatch, pictures: list[bytes]) -> None:
    monkeypatch.setattr(decoding.sys, "executable", "/bin/false")
    decoders = DecoderPool(1, Options(), SECONDS)
    for _ in range(2):
        with pytest.raises(DecoderUnavailable):
            decoders.process(pictures[0])
    decoders.close()


def test_a_machine_that_starts_no_process_fails_no_photo(
    monkeypatch: pytest.MonkeyPatch, pictures: list[bytes]
) -> None:
    def full(*_args: Any, **_options: Any) -> NoReturn:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", full)
    decoders = DecoderPool(1, Options(), SECONDS)
    with pytest.raises(DecoderUnavailable, match=r"could not be started .*temporarily unavailable"):
        decoders.process(pictures[0])
    monkeypatch.undo()
    assert decoders.process(pictures[0]) == process(pictures[0])
    decoders.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_decoders_ignore_a_signal_to_the_process_group(number: signal.Signals, pictures: list[bytes]) -> None:
    decoders = DecoderPool(1, Options(), SECONDS)
    decoders.process(pictures[0])
    before = decoders._all[0]._process
    before.send_signal(number)
    decoders.process(pictures[1])
    assert decoders._all[0]._process is before
    decoders.close()


def test_decoders_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    code = (
        "import os; from phx_scraper.errors import BadPhoto\n"
        "from phx_scraper.imaging import Options; from phx_scraper.imaging.decoder_pool import DecoderPool\n"
        "made = DecoderPool(1, Options(), 60)\n"
        "try: made.process(b'')\n"
        "except BadPhoto: pass\n"
        "print(made._all[0]._process.pid, flush=True); os._exit(137)"
    )
    parent = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert parent.returncode == 137
    wait_until_gone(int(parent.stdout))


def wait_until_gone(pid: int) -> None:
    until = time.monotonic() + 120
    while Path(f"/proc/{pid}/stat").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8"):
        assert time.monotonic() < until, "the decoder outlived its crawl"
        select.select([], [], [], 0.02)
