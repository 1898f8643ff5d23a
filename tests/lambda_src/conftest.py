import pytest

from tests.lambda_src.support import Function, load


@pytest.fixture(scope="session")
def desk() -> Function:
    return load("workshop_desk")


@pytest.fixture(scope="session")
def predict() -> Function:
    return load("predict")


@pytest.fixture(scope="session")
def language() -> Function:
    return load("language")


@pytest.fixture(scope="session")
def document_search() -> Function:
    return load("document_search")
