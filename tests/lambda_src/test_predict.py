"""predict: what it asks AWS, and what it makes of the answers."""

from typing import Any

import pytest

from lambda_src.predict.definition import COLUMNS
from tests.lambda_src.support import Function, aws_answers, gateway_context

ROW = [1.8, 11, 0, 11.3, 19, 2.8]


def test_predict_sends_one_csv_row_and_gives_the_number(predict: Function) -> None:
    with aws_answers(predict, lambda request: (200, {"Content-Type": "text/csv"}, b"0.5000600814819336\n")) as aws:
        assert predict({"features": ROW}, gateway_context("predict")) == {"prediction": 0.5000600814819336}
    (request,) = aws.requests
    assert request.url == "https://runtime.sagemaker.ap-southeast-1.amazonaws.com/endpoints/endpoint/invocations"
    assert aws.sent == b"1.8,11.0,0.0,11.3,19.0,2.8"
    assert request.headers["Content-Type"] == b"text/csv"


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b"1", 1.0),
        (b"-2.5e-05", -2.5e-05),
        (b" 0.25\r\n", 0.25),
        (b"", None),
        (b"0.5,0.6", None),
        (b"[0.5]", None),
        (b"nan", None),
        (b"inf", None),
        (b"1e999", None),
        (b"1_0", None),
        ("٠.٥".encode(), None),
        (b"\xff", None),
        (b"0." + b"5" * 2_000 + b" and more", None),
    ],
)
def test_predict_takes_one_finite_number_and_nothing_else(predict: Function, body: bytes, number: float | None) -> None:
    with aws_answers(predict, lambda request: (200, {}, body)):
        answer = predict({"features": ROW}, gateway_context("predict"))
    if number is None:
        assert answer["error"]["code"] == "service_unavailable"
    else:
        assert answer == {"prediction": number}


@pytest.mark.parametrize(
    "features",
    [None, [], ROW[:5], [*ROW, 1], ["1", 2, 3, 4, 5, 6], [True, 2, 3, 4, 5, 6], [float("inf"), 2, 3, 4, 5, 6], "1,2"],
)
def test_predict_refuses_bad_rows(predict: Function, features: Any) -> None:
    with aws_answers(predict, lambda request: (200, {}, b"0.5")) as aws:
        answer = predict({"features": features}, gateway_context("predict"))
    assert answer["error"]["code"] == "invalid_input"
    assert aws.requests == []


@pytest.mark.parametrize("column", range(len(COLUMNS)), ids=lambda column: COLUMNS[column].name)
def test_a_number_outside_its_range_is_refused_by_name(predict: Function, column: int) -> None:
    feature = COLUMNS[column]
    beyond = [feature.lowest - 0.5, feature.highest + 0.5, *([0.5] if feature.yes_or_no else [])]
    for number in beyond:
        row = [*ROW[:column], number, *ROW[column + 1 :]]
        with aws_answers(predict, lambda request: (200, {}, b"0.73")) as aws:
            answer = predict({"features": row}, gateway_context("predict"))
        assert answer["error"]["code"] == "invalid_input"
        assert f"{feature.name} has to be {feature.allowed}" in answer["error"]["message"]
        assert aws.requests == []
    for number in (feature.lowest, feature.highest):
        row = [*ROW[:column], number, *ROW[column + 1 :]]
        with aws_answers(predict, lambda request: (200, {}, b"0.73")):
            assert predict({"features": row}, gateway_context("predict")) == {"prediction": 0.73}


def test_numbers_in_another_order_are_refused(predict: Function) -> None:
    with aws_answers(predict, lambda request: (200, {}, b"0.73")) as aws:
        answer = predict({"features": [12, 5, 50, 1, 10, 1.5]}, gateway_context("predict"))
    assert "notebook_before has to be 0 or 1" in answer["error"]["message"]
    assert aws.requests == []
