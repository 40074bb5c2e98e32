"""What a model looks at is made while the picture is decoded, and is what the stored picture would give."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from phx_scraper.imaging import Options, decoder_worker, process
from phx_scraper.imaging.decoder_pool import DecoderPool
from phx_scraper.imaging.square import BYTES, SIDE, pixels_of, square_of
from tests.unit.imaging.pictures import encoded, room

WITH = Options(square=True)


@pytest.mark.parametrize("size", [(1500, 1000), (300, 900), (224, 224)], ids=str)
def test_it_is_the_square_of_the_stored_picture(size: tuple[int, int]) -> None:
    found = process(encoded(room(4, size)), WITH)
    stored = cv2.imdecode(np.frombuffer(found.png, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert len(found.square) == BYTES
    assert np.array_equal(pixels_of(found.square), square_of(np.asarray(stored, np.uint8)))
    assert np.array_equal(square_of(pixels_of(found.square)), pixels_of(found.square))


def test_it_is_made_only_where_it_is_wanted() -> None:
    assert process(encoded(room(4, (600, 400)))).square == b""


def test_decoder_processes_hand_it_over() -> None:
    data = encoded(room(6, (900, 600)))
    pool = DecoderPool(1, WITH, 60)
    try:
        assert pool.process(data) == process(data, WITH)
    finally:
        pool.close()


@pytest.mark.parametrize("length", [-1, 1, SIDE, BYTES - 1, 2**40])
def test_a_square_of_another_size_is_refused(length: int) -> None:
    head, body = decoder_worker.encode_result(process(encoded(room(4, (600, 400))), WITH))
    with pytest.raises(ValueError, match="impossible length"):
        decoder_worker.decode_result(json.dumps(json.loads(head) | {"square": length}).encode(), body)
