"""Languages are told apart by script, letters and small words."""

from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.shared.languages import detect


def test_text_that_says_nothing_scores_low() -> None:
    assert detect("12345") == [("en", 0.5)]


@given(st.text(min_size=1, max_size=100))
def test_any_text_has_a_language_and_scores_are_shares(text: str) -> None:
    found = detect(text)
    assert found
    assert 0 < sum(score for _, score in found) <= 1
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
