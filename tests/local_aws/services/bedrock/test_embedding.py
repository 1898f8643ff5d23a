"""Embeddings: texts that share words are near one another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_aws.services.bedrock.embedding import embed
from local_aws.services.shared.scripted_model.words import fold


@settings(deadline=None)
@given(text=st.text(max_size=300), dimension=st.sampled_from([256, 512, 1024]))
def test_embedding_is_a_unit_vector_and_always_the_same(text: str, dimension: int) -> None:
    vector = embed(text, dimension)
    assert vector.shape == (dimension,)
    assert np.isclose(np.linalg.norm(vector), 1.0, atol=1e-5)
    assert np.array_equal(vector, embed(text, dimension))


@pytest.mark.parametrize(
    "text", ["Lịch trình buổi chiều có những gì?", "Endpoint của tôi báo lỗi thì làm sao?", "Đăng nhập Studio ở đâu?"]
)
def test_vietnamese_without_diacritics_is_near_the_same_text(text: str) -> None:
    other = embed("Hôm nay trời nắng đẹp, chúng ta đi dạo công viên.", 1024)
    plain = embed(fold(text), 1024)
    assert float(plain @ embed(text, 1024)) > 0.5 > 0.3 > float(plain @ other)


def test_written_tones_tell_words_apart_that_are_one_when_folded() -> None:
    asked = embed("bàn", 1024)
    assert float(asked @ embed("bàn", 1024)) > float(asked @ embed("bán", 1024)) > float(asked @ embed("mua", 1024))
