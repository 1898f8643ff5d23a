"""The command line: which commands there are, what they import, and how they refuse wrong input."""

import subprocess
import sys
from pathlib import Path

import pytest

from stacks.config import load_config
from workshop.__main__ import COMMANDS, Command, main

ROOT = Path(__file__).parents[2]


def test_no_command_and_an_unknown_command_name_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["smok"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
    message = capsys.readouterr().err
    assert [command.name for command in COMMANDS if command.name not in message] == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_each_command_has_help(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command.name, "--help"])
    assert ended.value.code == 0
    assert f"python -m workshop {command.name}" in capsys.readouterr().out


def test_init_does_not_import_what_only_others_need(tmp_path: Path) -> None:
    program = (
        "import sys; from workshop.__main__ import main; "
        f"assert main(['init', '--config', {str(tmp_path / 'new.toml')!r}]) == 0; "
        "print(sorted({'boto3', 'aws_cdk', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603  # our own program
    assert done.stdout.splitlines()[-1] == "[]"


def test_init_writes_a_configuration_that_loads(tmp_path: Path) -> None:
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    for path in (first, second):
        assert main(["init", "--config", str(path), "--date", "2027-03-06"]) == 0
    config = load_config(first)
    assert config.workshop_id.startswith("ws-2027-03-06-")
    assert config.workshop_id != load_config(second).workshop_id
    assert (config.workshop.start.date(), config.workshop.end.date()) == (config.workshop.start.date(),) * 2
    assert config.workshop.start.isoformat() == "2027-03-06T08:30:00+07:00"


def test_init_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "workshop.toml"
    path.write_text("precious")
    assert main(["init", "--config", str(path)]) == 2
    assert path.read_text() == "precious"
    assert "exists" in capsys.readouterr().err


def test_init_says_why_it_cannot_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--config", str(tmp_path / "none" / "workshop.toml")]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["preflight", "cost", "smoke"])
def test_a_wrong_configuration_is_explained_without_a_traceback(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('[workshop]\nregion = "ap-southest-1"\n')
    assert main([command, "--config", str(path)]) == 2
    message = capsys.readouterr().err
    assert "did you mean ap-southeast-1?" in message
    assert "budget" in message
    assert "Traceback" not in message
