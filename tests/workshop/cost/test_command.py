"""The command: which templates it reads, what it prints where, and how it refuses."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cloud_assembly import ROOT
from workshop.__main__ import main
from workshop.cost.assumptions import Assumptions

DEFAULT = str(ROOT / "presets" / "default.toml")


@pytest.fixture
def default(cloud_assembly: Callable[[str], Path]) -> list[str]:
    """Arguments for the default preset, whose templates are there already."""
    return ["cost", "--config", DEFAULT, "--assembly", str(cloud_assembly("default"))]


def test_it_synthesises_by_itself_and_needs_neither_aws_nor_the_cdk_in_its_own_process(tmp_path: Path) -> None:
    program = (
        "import sys; from workshop.__main__ import main; "
        f"code = main(['cost', '--config', {DEFAULT!r}, '--json']); "
        "print(code, sorted({'boto3', 'aws_cdk'} & set(sys.modules)), file=sys.stderr)"
    )
    variables = {"PATH": _path(), "HOME": str(tmp_path), "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", program], cwd=ROOT, env=variables, capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == "0 []"
    assert json.loads(done.stdout)["region"] == "ap-southeast-1"


def _path() -> str:
    node = shutil.which("node")
    assert node
    return f"{Path(node).parent}:/usr/bin:/bin"


def test_plain_lines_when_nobody_watches(default: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(default) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{DEFAULT}: ap-southeast-1, 30 attendees, 3.5 hours"
    (total,) = [line for line in lines if line.startswith("total  ")]
    assert "the day: >= " in total
    assert [line for line in lines if line.startswith("Not known in ap-southeast-1")]
    assert [line for line in lines if "VND" in line and "not confirmed" in line]
    assumed = {line.split("  ")[1].split(" = ")[0] for line in lines if line.startswith("assumed  ")}
    assert assumed == set(Assumptions.model_fields)


@pytest.mark.parametrize("width", [80, 100])
def test_the_tables_fit_a_terminal(
    default: list[str], width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(default) == 0
    rows = {line.split("  ")[0] for line in capsys.readouterr().out.splitlines() if "  an idle hour: " in line}
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")
    assert main(default) == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if len(line) > width] == []
    assert {row for row in rows if not any(line.startswith(f"{row}  ") for line in lines)} == set()


def test_json_has_every_row_assumption_and_price_with_its_source(
    default: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*default, "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["assumptions"]["attendees"] == 30
    total = sum(row["day"]["usd"] for row in content["rows"].values())
    assert content["total"]["day"]["usd"] == pytest.approx(total, abs=1e-4)
    assert content["largest"]["day"][0] == "JupyterLab spaces, ml.t3.medium"
    price = content["prices"]["input tokens of apac.amazon.nova-lite-v1:0"]
    assert (price["usd"], price["per"], price["source"]) == (
        0.063,
        1_000_000,
        "https://aws.amazon.com/bedrock/pricing/",
    )
    unknown = {name for name, price in content["prices"].items() if price["usd"] is None}
    assert {missing["price"] for missing in content["total"]["day"]["unknown"]} == unknown
    assert content["not_charged"]["AWS::IAM::Role"]


def test_more_attendees_and_hours_cost_more(default: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    days = []
    for more in ([], ["--attendees", "60"], ["--attendees", "60", "--hours", "7"]):
        assert main([*default, *more, "--json"]) == 0
        days.append(json.loads(capsys.readouterr().out)["rows"]["JupyterLab spaces, ml.t3.medium"]["day"]["usd"])
    assert days == pytest.approx([days[0], 2 * days[0], 4 * days[0]])


def test_against_another_configuration(default: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    against = [*default, "--against", str(ROOT / "presets" / "real-time.toml")]
    assert main([*against, "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert set(content["difference"]["rows"]) == {"Endpoint, serverless", "Endpoint, ml.m5.large"}
    more = content["against"]["total"]["forgotten"]["usd"] - content["total"]["forgotten"]["usd"]
    assert content["difference"]["total"]["forgotten"]["usd"] == pytest.approx(more, abs=1e-5) == 105.12
    assert content["against"]["region"] == "ap-southeast-1"


@pytest.mark.parametrize(
    "more", [["--attendees", "0"], ["--attendees", "a few"], ["--hours", "nan"], ["--hours", "25"]]
)
def test_numbers_that_make_no_sense(default: list[str], more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*default, *more])
    assert ended.value.code == 2
    assert repr(more[1]) in capsys.readouterr().err


def test_an_assembly_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["cost", "--config", DEFAULT, "--assembly", str(tmp_path)]
    assert main(command) == 2
    assert "run cdk synth" in capsys.readouterr().err
    (tmp_path / "manifest.json").write_text("[]")
    assert main(command) == 2
    assert "cannot be read as a cloud assembly" in capsys.readouterr().err


def test_an_assembly_of_another_workshop(
    cloud_assembly: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cost", "--config", DEFAULT, "--assembly", str(cloud_assembly("opensearch"))]) == 2
    assert "is not of the workshop ws-2026-11-28-ab12" in capsys.readouterr().err


def test_an_app_that_does_not_synthesise(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # without Node there is no CDK
    assert main(["cost", "--config", DEFAULT]) == 1
    assert "does not synthesise" in capsys.readouterr().err
