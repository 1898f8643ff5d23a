"""What holds for the files of the page without a browser."""

import gzip
import json
import re

import pytest

from stacks.web.vendored import FILES, copy_vendored
from tests.cloud_assembly import ROOT
from tests.web.contract_server import CONTRACT

WEB = ROOT / "web"
OVER_THE_WIRE_BYTES = 160_000
MODULES = sorted(path for path in WEB.glob("*.js") if path.name != "types.js")
STRINGS = {language: json.loads((WEB / f"strings.{language}.json").read_text()) for language in ("vi", "en")}
LICENCES = {"MIT", "Apache-2.0", "(MPL-2.0 OR Apache-2.0)"}


def placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def test_both_languages_have_the_same_keys_and_values_to_fill_in() -> None:
    vietnamese, english = STRINGS["vi"], STRINGS["en"]
    assert list(vietnamese) == list(english)
    assert [key for key in english if placeholders(vietnamese[key]) != placeholders(english[key])] == []
    assert [key for strings in (vietnamese, english) for key, sentence in strings.items() if not sentence.strip()] == []


def test_every_sentence_is_used_and_every_sentence_used_is_there() -> None:
    source = "\n".join(path.read_text() for path in MODULES)
    quoted = set(re.findall(r"[\"`]([a-z_]+(?:\.[a-z_]+)*)[\"`]", source))
    made = [re.escape(key).replace(re.escape("\0"), "[a-z_0-9]+") for key in _made_keys(source)]
    used = {key for key in STRINGS["vi"] if key in quoted or any(re.fullmatch(pattern, key) for pattern in made)}
    assert set(STRINGS["vi"]) - used == set()
    said = set(re.findall(r"\bsay\(\s*[\"`]([a-z_.]+)[\"`]", source))
    assert said - set(STRINGS["vi"]) == set()


def _made_keys(source: str) -> list[str]:
    """Keys with a part that is only known at run time, such as `request.${state}_by`; that part is a zero character."""
    return [
        re.sub(r"\$\{[^}]+\}", "\0", key)
        for key in re.findall(r"`([a-z_]+\.[a-z_]*(?:\$\{[^}]+\}[a-z_]*)+)`", source)
        if not key.startswith("strings.")
    ]


def test_each_refusal_of_the_contract_has_a_sentence() -> None:
    errors, events = CONTRACT.split("## Errors")[1].split("## Chat")
    table = [
        code for row in re.findall(r"^\| \d+[^|]*\| ([^|]+) \|", errors, re.M) for code in re.findall(r"`(\w+)`", row)
    ]
    [row] = re.findall(r"^\| `error` \|.*$", events, re.M)
    last = re.findall(r"`(\w+)`", row.split(";")[1])
    assert {"wrong_code", "budget_used_up"} <= set(table)
    assert {"throttled", "out_of_time"} <= set(last)
    assert [code for code in [*table, *last] if f"error.{code}" not in STRINGS["vi"]] == []


def test_each_tool_of_the_workshop_has_a_name_for_people() -> None:
    definitions = "\n".join(path.read_text() for path in (ROOT / "lambda_src").glob("*/definition.py"))
    names = re.findall(r"Tool\(\s*name=\"(\w+)\"", definitions)
    assert "search_documents" in names
    assert [name for name in names if f"tool.{name}" not in STRINGS["vi"]] == []


def test_a_browser_is_told_of_every_module_at_once() -> None:
    index = (WEB / "index.html").read_text()
    vendored = [f"vendor/{name}" for name in FILES if name.endswith(".js")]
    others = [path.name for path in MODULES if path.name != "main.js"]
    assert sorted(re.findall(r'rel="modulepreload" href="([^"]+)"', index)) == sorted(others + vendored)


@pytest.mark.parametrize("language", STRINGS)
def test_the_whole_page_is_small_over_the_wire(language: str) -> None:
    copy_vendored()
    vendored = [WEB / "vendor" / name for name in FILES if name.endswith(".js")]
    others = [WEB / name for name in ("index.html", "page.css", "icon.svg", f"strings.{language}.json")]
    # API Gateway compresses what a browser loads, file by file.
    assert (
        sum(len(gzip.compress(path.read_bytes(), 6)) for path in [*MODULES, *vendored, *others]) < OVER_THE_WIRE_BYTES
    )


def test_libraries_are_pinned_and_their_licences_are_known() -> None:
    pinned = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    for name in {source.split("/")[0] for source in FILES.values()}:
        package = json.loads((ROOT / "node_modules" / name / "package.json").read_text())
        assert package["version"] == pinned[name]
        assert package["license"] in LICENCES
        assert f"{name}/LICENSE" in FILES.values()


def test_nothing_is_inline_and_nothing_is_foreign() -> None:
    index = (WEB / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", index) == []
    shown = index + "".join(path.read_text() for path in [*MODULES, WEB / "page.css"])
    assert re.findall(r"https?://[^\s\"'`]+", shown) == []
    risky = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|style=", shown)
    assert risky == []
