"""The configuration accepts what AWS can do, and explains everything else at once."""

import copy
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from stacks.config import ConfigError, WorkshopConfig, attendee_names, load_config, parse_config
from stacks.config.rules import ascii_only

ROOT = Path(__file__).parents[2]
DEFAULT = tomllib.loads((ROOT / "presets/default.toml").read_text(encoding="utf-8"))
COMPLETE = tomllib.loads((ROOT / "presets/scheduled-teardown.toml").read_text(encoding="utf-8"))
"""Has every section that there is."""
DELETE = object()


def changed(**values: Any) -> dict[str, Any]:
    """The default preset with some keys replaced: `workshop__region="x"`; DELETE removes a key."""
    data = copy.deepcopy(DEFAULT)
    for dotted, value in values.items():
        section, _, key = dotted.partition("__")
        target, name = (data.setdefault(section, {}), key) if key else (data, section)
        target[name] = value
        if value is DELETE:
            del target[name]
    return data


def problems(data: dict[str, Any]) -> dict[str, str]:
    """What is wrong with `data`: message by key. One key has one message, or the last of several."""
    with pytest.raises(ConfigError) as caught:
        parse_config(data)
    return {problem.key: str(problem) for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("change", "key", "says"),
    [
        ({"workshop__colour": "red"}, "workshop.colour", "unknown key"),
        ({"regions": "x"}, "regions", "did you mean workshop.region?"),
        ({"workshop__vector_store": "x"}, "workshop.vector_store", "did you mean knowledge.vector_store?"),
        ({"models__embeding": "x"}, "models.embeding", "did you mean embedding?"),
        ({"workshop__region": "ap-southest-1"}, "workshop.region", "did you mean ap-southeast-1?"),
        ({"workshop__region": "eu-west-1"}, "workshop.region", "us-west-2"),
        ({"workshop__region": DELETE}, "workshop.region", "is missing"),
        ({"workshop__end": DEFAULT["workshop"]["start"]}, "workshop.end", "after workshop.start"),
        ({"workshop__start": DEFAULT["workshop"]["start"].replace(tzinfo=None)}, "workshop.start", "from UTC"),
        ({"workshop__start": "2026-11-28T08:30:00+07:00"}, "workshop.start", "from UTC"),
        ({"workshop__id": "WS_2026-11-28-ab12"}, "workshop.id", "lower-case hex"),
        ({"workshop__id": "ws-2026-11-28-ab12\n"}, "workshop.id", "lower-case hex"),
        ({"workshop__title": ""}, "workshop.title", "1 to 100"),
        ({"workshop__title": "x" * 101}, "workshop.title", "1 to 100"),
        ({"workshop__title": "a\nb"}, "workshop.title", "cannot be printed"),
        ({"workshop__title": "\u2003 "}, "workshop.title", "cannot be printed"),
        ({"workshop__title": "ÁWS: the workshop"}, "workshop.title", "AWS refuses"),
        ({"attendees__count": 0}, "attendees.count", "1 to 200"),
        ({"attendees__count": 10_000}, "attendees.count", "1 to 200"),
        ({"attendees__count": "30"}, "attendees.count", "whole number"),
        ({"attendees__count": True}, "attendees.count", "whole number"),
        ({"attendees__roster": ["a@example.com"]}, "attendees", "not both"),
        ({"attendees__count": DELETE}, "attendees", "either count or roster"),
        ({"attendees__count": None}, "attendees", "either count or roster"),
        ({"attendees": DELETE}, "attendees", "[attendees] section"),
        ({"attendees": {"roster": []}}, "attendees.roster", "1 to 200 different"),
        ({"attendees": {"roster": ["nobody"]}}, "attendees.roster[0]", "e-mail"),
        ({"attendees": {"roster": ["a@example.com", "A@Example.com"]}}, "attendees.roster", "more than once"),
        ({"agent__engines": []}, "agent.engines", "one or more"),
        ({"agent__engines": ["agentcor"]}, "agent.engines[0]", "did you mean agentcore?"),
        ({"agent__engines": ["agentcore"] * 2}, "agent.engines", "more than once"),
        ({"knowledge__vector_store": "s3"}, "knowledge.vector_store", "allowed: s3-vectors, opensearch"),
        ({"knowledge__organization_id": "123"}, "knowledge.organization_id", "AWS organization"),
        ({"knowledge__vpc_endpoint_ids": ["vpc-1"]}, "knowledge.vpc_endpoint_ids[0]", "vpce-"),
        ({"models__chat": "us.amazon.nova-lite-v1:0"}, "models.chat", "did you mean apac.amazon.nova-lite-v1:0?"),
        ({"models__chat": "amazon.nova-lite-v1:0"}, "models.chat", "did you mean apac.amazon.nova-lite-v1:0?"),
        ({"models__chat": "apac.anthropic.claude-haiku-5-5"}, "models.chat", "mean global.anthropic.claude-haiku-5-5?"),
        ({"models__embedding": "amazon.titan-embed-text-v2:0"}, "models.embedding", "cohere.embed-multilingual-v3"),
        ({"models__embedding_dimensions": 1536}, "models.embedding_dimensions", "allowed: 1024"),
        ({"endpoint__kind": "realtime"}, "endpoint.kind", "did you mean real-time?"),
        ({"endpoint__instance_type": "ml.m5.large"}, "endpoint.instance_type", "serverless"),
        ({"endpoint": {"kind": "real-time", "instance_type": "ml.p5.48xlarge"}}, "endpoint.instance_type", "ml.m5"),
        ({"budget__limit_usd": 0}, "budget.limit_usd", "more than 0"),
        ({"budget__limit_usd": -1.5}, "budget.limit_usd", "more than 0"),
        ({"budget__limit_usd": float("nan")}, "budget.limit_usd", "more than 0"),
        ({"budget__limit_usd": float("inf")}, "budget.limit_usd", "at most 1000000"),
        ({"budget__limit_usd": True}, "budget.limit_usd", "US dollars"),
        ({"budget__alert_emails": []}, "budget.alert_emails", "1 to 10"),
        ({"access__admin_role_arns": ["arn:aws:iam::111122223333:role/*"]}, "access.admin_role_arns[0]", "wildcards"),
        ({"access__admin_role_arns": ["arn:aws:iam::111122223333:user/x"]}, "access.admin_role_arns[0]", "IAM roles"),
        ({"encryption__mode": "kms"}, "encryption.mode", "customer-key"),
        ({"teardown": {"hours_after_end": 2}}, "teardown.dedicated_account", "is missing; needs true or false"),
        ({"teardown": {"hours_after_end": 0, "dedicated_account": True}}, "teardown.hours_after_end", "1 to 168"),
        ({"teardown": {**COMPLETE["teardown"], "hours": 2}}, "teardown.hours", "unknown key"),
        ({"teardown": True}, "teardown", "[teardown] section"),
        ({"features__studio": "yes"}, "features.studio", "true or false"),
        ({"features": 3}, "features", "[features] section"),
    ],
)
def test_bad_input_is_named_with_what_is_allowed(change: dict[str, Any], key: str, says: str) -> None:
    found = problems(changed(**change))
    assert list(found) == [key]
    assert says in found[key]


def test_every_problem_is_reported_at_once() -> None:
    bad = changed(
        workshop__region="nowhere",
        workshop__end=DEFAULT["workshop"]["start"],
        attendees={"count": 0, "roster": ["x"]},
        budget={"limit_usd": 0},
        endpoint__instance_type="ml.m5.large",
        typo={},
    )
    assert set(problems(bad)) == {
        "workshop.region",
        "workshop.end",
        "attendees",
        "attendees.count",
        "attendees.roster[0]",
        "budget.limit_usd",
        "budget.alert_emails",
        "endpoint.instance_type",
        "typo",
    }


def test_models_are_judged_even_if_the_section_that_names_the_region_has_other_problems() -> None:
    assert set(problems(changed(workshop__title="", models__chat="x"))) == {"workshop.title", "models.chat"}


def test_the_value_given_is_repeated_but_not_without_end() -> None:
    assert '= "WS"' in problems(changed(workshop__id="WS"))["workshop.id"]
    assert len(problems(changed(workshop__id="x" * 10_000))["workshop.id"]) < 500


def test_the_model_itself_keeps_the_rules_across_keys() -> None:
    with pytest.raises(ValidationError, match=r"models\.chat"):
        WorkshopConfig.model_validate(changed(models__chat="x"))


def test_configuration_cannot_be_changed() -> None:
    config = parse_config(DEFAULT)
    with pytest.raises(ValidationError):
        config.workshop.title = "other"  # type: ignore[misc]


def names(**attendees: object) -> tuple[str, ...]:
    return parse_config(changed(attendees=attendees)).attendee_names


@pytest.mark.parametrize(
    ("count", "last"),
    [(1, "att-01"), (9, "att-09"), (10, "att-10"), (99, "att-99"), (100, "att-100"), (200, "att-200")],
)
def test_attendees_are_numbered_from_one(count: int, last: str) -> None:
    numbered = names(count=count)
    assert (numbered[0], numbered[-1], len(set(numbered))) == ("att-01", last, count)


@given(fewer=st.integers(1, 200), more=st.integers(1, 200))
def test_nobodys_number_depends_on_how_many_there_are(fewer: int, more: int) -> None:
    fewer, more = sorted((fewer, more))
    assert names(count=more)[:fewer] == names(count=fewer)


ADDRESSES = st.integers(0, 10_000).map(lambda number: f"p{number}@example.com")


@given(roster=st.lists(ADDRESSES, min_size=2, max_size=200, unique=True), data=st.data())
def test_a_name_follows_the_person_and_is_nobody_elses(roster: list[str], data: st.DataObject) -> None:
    before = dict(zip(roster, names(roster=roster), strict=True))
    leaves = data.draw(st.sampled_from(roster))
    stays = data.draw(st.permutations([each for each in roster if each != leaves]))
    comes = data.draw(ADDRESSES.filter(lambda address: address not in roster))
    after = dict(zip([comes, *stays], names(roster=[comes, *stays]), strict=True))
    assert {person: after[person] for person in stays} == {person: before[person] for person in stays}
    assert after[comes] not in before.values()
    assert before[leaves] not in after.values()


def test_names_of_a_roster_fit_into_what_is_named_after_them() -> None:
    for name in names(roster=["an@example.com", "Binh.Nguyen+1@example.com"]):
        assert re.fullmatch(r"att-[0-9a-f]{8}", name)
    assert names(roster=["An@Example.com"]) == names(roster=["an@example.com"])


def test_two_addresses_never_share_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendee_names, "ADDRESS_DIGITS", 1)
    with pytest.raises(ConfigError, match=r"attendees\.roster.*p\d+@example\.com and p\d+@example\.com"):
        names(roster=[f"p{number}@example.com" for number in range(17)])


@pytest.mark.parametrize(
    ("title", "ascii_title"),
    [
        ("Hội thảo AI/ML và GenAI trên AWS", "Hoi thao AI/ML va GenAI tren AWS"),
        ("Đà Nẵng & đồng đội", "Da Nang dong doi"),
        ("AI — ワークショップ 2026", "AI 2026"),
        ("ワークショップ", "ws-2026-11-28-ab12"),
    ],
)
def test_titles_are_transliterated_for_aws(title: str, ascii_title: str) -> None:
    assert parse_config(changed(workshop__title=title)).ascii_title == ascii_title


@given(st.text())
def test_a_transliterated_title_is_always_a_bedrock_tag(title: str) -> None:
    assert set(ascii_only(title)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._:/=+@-")


def test_models_default_by_region_and_dimensions_can_be_chosen() -> None:
    default = parse_config(DEFAULT)
    assert (default.chat_model.id, default.embedding_model.id) == (
        "apac.amazon.nova-lite-v1:0",
        "cohere.embed-multilingual-v3",
    )
    chosen = parse_config(changed(workshop__region="us-east-1", models__embedding_dimensions=256))
    assert (chosen.embedding_model.id, chosen.embedding_model.dimensions) == ("amazon.titan-embed-text-v2:0", 256)


def test_optional_sections_have_defaults() -> None:
    minimal = {name: DEFAULT[name] for name in ("workshop", "attendees", "budget")}
    assert parse_config(minimal).model_dump(exclude={"workshop", "attendees", "budget"}) == parse_config(
        DEFAULT
    ).model_dump(exclude={"workshop", "attendees", "budget"})


# Files


def loading(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    return str(caught.value)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    message = loading(tmp_path / "none.toml")
    assert "none.toml" in message
    assert "workshop init" in message


@pytest.mark.parametrize(
    "content",
    [b"[workshop", b"a = 1\na = 2", b"\xff\xfe", b"a = " + b"[" * 5000, b"a = " + b"1" * 5000, b"a = 2026-02-30"],
    ids=["open bracket", "same key twice", "not UTF-8", "deep", "huge number", "no such day"],
)
def test_a_broken_file_is_one_problem(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "workshop.toml"
    path.write_bytes(content)
    assert loading(path).startswith(f"{path}: 1 problem\n")


def test_a_directory_is_not_a_configuration(tmp_path: Path) -> None:
    assert "cannot be read" in loading(tmp_path)


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "workshop.toml"
    path.write_bytes(b"\xef\xbb\xbf" + (ROOT / "presets/default.toml").read_bytes())
    assert load_config(path) == parse_config(DEFAULT)


# Anything at all

keys = st.sampled_from(
    [key for section in WorkshopConfig.model_fields for key in (section, *COMPLETE[section])]
) | st.text(max_size=5)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.dates()
    | st.sampled_from([value for section in COMPLETE.values() for value in section.values()])
)
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=20
)


def loads_or_explains(data: dict[str, Any]) -> None:
    try:
        config = parse_config(data)
    except ConfigError as error:
        problems, message = error.problems, str(error)
    else:
        assert config.attendee_names
        assert config.chat_model
        assert config.embedding_model.dimensions in config.embedding_model.allowed_dimensions
        return
    assert problems
    assert len(message.splitlines()) == 1 + len(problems)


@settings(suppress_health_check=[HealthCheck.too_slow])  # no limit on the clock of a busy machine
@given(st.dictionaries(keys, documents, max_size=6))
def test_any_document_loads_or_is_explained(data: dict[str, Any]) -> None:
    loads_or_explains(data)


@given(st.data())
def test_the_default_with_one_thing_replaced_loads_or_is_explained(data: st.DataObject) -> None:
    section = data.draw(st.sampled_from(sorted(WorkshopConfig.model_fields)))
    key = data.draw(st.sampled_from(["", *COMPLETE[section], *WorkshopConfig.model_fields]))
    loads_or_explains(changed(**{f"{section}__{key}" if key else section: data.draw(documents)}))


@pytest.mark.parametrize(
    "address",
    [
        "first.o'last@example.com",
        "r&d@example.com",
        "one@example.xn--p1ai",
        "a+b@example.co",
        f"{'a' * 64}@example.com",
    ],
)
def test_an_address_that_exists_is_taken(address: str) -> None:
    parse_config(changed(attendees={"roster": [address]}))


@pytest.mark.parametrize(
    "address",
    [
        ".first@example.com",
        "first.@example.com",
        "first..last@example.com",
        "first@-example.com",
        "first@example",
        "first@example.c0m",
        "first last@example.com",
        "first@example.com\n",
        f"{'a' * 65}@example.com",
        f"first@{'a' * 64}.com",
    ],
)
def test_an_address_that_no_mail_server_takes_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match=r"attendees\.roster"):
        parse_config(changed(attendees={"roster": [address]}))


@given(st.text())
def test_any_text_loads_or_is_explained(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("text") / "workshop.toml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    assert loading(path)
