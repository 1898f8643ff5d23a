"""Real AWS cannot be reached from the local AWS or from what talks to it."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.isolation import AWS_VARIABLES, RealAwsError, environment, refuse_real_aws
from local_aws.launcher import PYTHON, ROOT

ENDPOINT = "http://127.0.0.1:4566"
Variables = dict[str, str]


@pytest.fixture
def isolated(tmp_path: Path) -> Variables:
    return environment(tmp_path, ENDPOINT, "ap-southeast-1")


def test_nothing_of_the_callers_aws_settings_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "HOME"):
        monkeypatch.setenv(name, "real")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.amazonaws.com")
    made = environment(tmp_path, ENDPOINT, "ap-southeast-1")
    assert {name for name in made if name.startswith("AWS_")} == AWS_VARIABLES
    assert "real" not in made.values()
    assert made["AWS_ACCESS_KEY_ID"] == "111122223333"
    refuse_real_aws(made)


def test_each_start_has_its_own_secret(tmp_path: Path) -> None:
    secrets = {environment(tmp_path, ENDPOINT, "us-east-1")["AWS_SECRET_ACCESS_KEY"] for _ in range(5)}
    assert len(secrets) == 5


@given(st.from_regex(r"AWS_[A-Z_]{1,30}", fullmatch=True).filter(lambda name: name not in AWS_VARIABLES))
def test_any_other_aws_variable_is_refused(name: str) -> None:
    with pytest.raises(RealAwsError, match=f"{name} is set"):
        refuse_real_aws({name: "x"})


CHANGES: dict[str, Callable[[Variables, Path], Variables]] = {
    "AWS_SECRET_ACCESS_KEY was not made": lambda good, _: {**good, "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI"},
    "AWS_ENDPOINT_URL is not on 127.0.0.1": lambda good, _: {**good, "AWS_ENDPOINT_URL": "https://example.com"},
    "AWS_EC2_METADATA_DISABLED is not true": lambda good, _: {**good, "AWS_EC2_METADATA_DISABLED": "false"},
    "AWS_CONFIG_FILE must name": lambda good, here: {**good, "AWS_CONFIG_FILE": str(here)},
    "AWS_SHARED_CREDENTIALS_FILE must name": lambda good, here: {**good, "AWS_SHARED_CREDENTIALS_FILE": str(here)},
    "HOME has a folder .aws": lambda good, here: {**good, "HOME": str(here)},
}


@pytest.mark.parametrize("message", CHANGES)
def test_each_way_to_real_aws_is_named(message: str, isolated: Variables, tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    good = {**isolated, "HOME": str(tmp_path / "empty")}
    refuse_real_aws(good)
    with pytest.raises(RealAwsError, match=message):
        refuse_real_aws(CHANGES[message](good, tmp_path))


def test_the_server_does_not_start_with_real_credentials(isolated: Variables, tmp_path: Path) -> None:
    server = {"PYTHONPATH": str(ROOT), "GATEWAY_PORT": "1", "STATE_DIR": str(tmp_path / "state")}
    variables = {**isolated, "AWS_PROFILE": "production", **server}
    command = [str(PYTHON), "-m", "local_aws.server"]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 5
    assert "AWS_PROFILE is set" in done.stderr
    assert "Traceback" not in done.stderr
