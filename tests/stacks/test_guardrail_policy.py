"""The guardrail policy file is within every limit of the service, and its patterns find what they name and no more."""

import copy
import json
import random
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.common.synthesizer import ReferenceSynthesizer
from stacks.regions import GuardrailProfile
from stacks.safety.guardrail import WorkshopGuardrail
from stacks.safety.policy import POLICY_FILE, GuardrailPolicy, PolicyError, load_policy
from tests.stacks.support import of_type

Values = dict[str, Any]
WORKSHOP = "ws-2026-11-28-ab12"
POLICY = load_policy()
PATTERNS = {regex.name: re.compile(regex.pattern) for regex in POLICY.regexes}


def shipped_values() -> Values:
    return tomllib.loads(POLICY_FILE.read_text(encoding="utf-8"))


def to_toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {to_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def problems_of(change: Callable[[Values], None], folder: Path) -> tuple[str, ...]:
    values = shipped_values()
    change(values)
    path = folder / "policy.toml"
    path.write_text("\n".join(f"{key} = {to_toml(value)}" for key, value in values.items()), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    return caught.value.problems


def test_shipped_policy_covers_what_the_workshop_promises() -> None:
    strengths = {entry.type: (entry.input, entry.output) for entry in POLICY.content_filters}
    assert strengths.pop("PROMPT_ATTACK") == ("HIGH", "NONE")
    assert strengths == dict.fromkeys(["HATE", "INSULTS", "SEXUAL", "VIOLENCE", "MISCONDUCT"], ("HIGH", "HIGH"))
    actions = {entry.type: entry.action for entry in POLICY.pii}
    secrets = {"PASSWORD", "AWS_ACCESS_KEY", "AWS_SECRET_KEY", "CREDIT_DEBIT_CARD_NUMBER", "PIN"}
    assert {name for name, action in actions.items() if action == "BLOCK"} == secrets
    assert {name for name, action in actions.items() if action == "ANONYMIZE"} == {"EMAIL", "PHONE", "ADDRESS"}
    assert "NAME" not in actions
    assert POLICY.tier == "STANDARD"
    assert {entry.action for entry in POLICY.grounding} == {"NONE"}


def test_every_topic_has_examples_in_both_languages_and_messages_are_bilingual() -> None:
    languages = {topic.name: {example.isascii() for example in topic.examples} for topic in POLICY.topics}
    assert [name for name, found in languages.items() if found != {True, False}] == []
    for message in (POLICY.blocked_input, POLICY.blocked_output):
        assert "Xin lỗi" in message
        assert "Sorry" in message


CHANGES: list[tuple[str, Callable[[Values], object], str]] = [
    ("unknown key", lambda v: v.update(guardrails=1), "guardrails: Extra inputs are not permitted"),
    ("missing key", lambda v: v.pop("pii"), "pii: Field required"),
    ("unknown tier", lambda v: v.update(tier="PREMIUM"), "tier: Input should be 'CLASSIC' or 'STANDARD'"),
    ("long description", lambda v: v.update(description="d" * 201), "description: .* at most 200"),
    ("long message", lambda v: v.update(blocked_input="d" * 501), "blocked_input: .* at most 500"),
    ("empty message", lambda v: v.update(blocked_output=" "), "blocked_output: .* at least 1"),
    ("no filter", lambda v: v.update(content_filters=[]), "content_filters: .* at least 1"),
    ("attack output", lambda v: v["content_filters"][5].update(output="LOW"), "content_filters.5.output: is LOW"),
    ("filter twice", lambda v: v["content_filters"].pop() and v["content_filters"].append(v["content_filters"][0]),
     "content_filters: hate: listed more than once"),
    ("unknown strength", lambda v: v["content_filters"][0].update(input="MAX"), "content_filters.0.input: "),
    ("topic with diacritics", lambda v: v["topics"][0].update(name="Y tế và sức khỏe"), "topics.0.name: "),
    ("topic without name", lambda v: v["topics"][0].update(name=""), "topics.0.name: "),
    ("long topic name", lambda v: v["topics"][0].update(name="n" * 101), "topics.0.name: "),
    ("long definition", lambda v: v["topics"][0].update(definition="d" * 201), "topics.0.definition: .* at most 200"),
    ("six examples", lambda v: v["topics"][0].update(examples=list("abcdef")), "topics.0.examples: .* at most 5"),
    ("long example", lambda v: v["topics"][1]["examples"].__setitem__(2, "e" * 101), "topics.1.examples.2: "),
    ("31 topics", lambda v: v.update(topics=[{**v["topics"][0], "name": f"T{i}"} for i in range(31)]),
     "topics: .* at most 30"),
    ("topic twice", lambda v: v["topics"].append(v["topics"][0]), "topics: attacks on cloud accounts: listed"),
    ("long word", lambda v: v["words"]["custom"].append("w" * 101), r"words.custom.\d+: .* at most 100"),
    ("four words", lambda v: v["words"]["custom"].append("one two three four"), r"words.custom.\d+: has 4 words"),
    ("word twice", lambda v: v["words"]["custom"].append("Lotus-Backstage"), "words.custom: lotus-backstage: listed"),
    ("empty canary", lambda v: v["words"].update(canary=""), "words.canary: "),
    ("unknown list", lambda v: v["words"].update(managed_lists=["SLANG"]), "words.managed_lists.0: "),
    ("unknown pii", lambda v: v["pii"][0].update(type="CCCD"), "pii.0.type: "),
    ("american pii", lambda v: v["pii"][0].update(type="US_SOCIAL_SECURITY_NUMBER"), "pii.0.type: "),
    ("pii action", lambda v: v["pii"][0].update(action="MASK"), "pii.0.action: "),
    ("pii twice", lambda v: v["pii"].append({"type": "PIN", "action": "NONE"}), "pii: pin: listed more than once"),
    ("11 regexes", lambda v: v.update(regexes=[{**v["regexes"][0], "name": f"r{i}"} for i in range(11)]),
     "regexes: .* at most 10"),
    ("regex twice", lambda v: v["regexes"].append(v["regexes"][0]), "regexes: vn-citizen-id: listed"),
    ("long regex", lambda v: v["regexes"][0].update(pattern="a" * 501), "regexes.0.pattern: .* at most 500"),
    ("broken regex", lambda v: v["regexes"][0].update(pattern="(a"), "regexes.0.pattern: is not a regular expression"),
    ("look-ahead", lambda v: v["regexes"][0].update(pattern="a(?=b)"), "regexes.0.pattern: has a look-around"),
    ("look-behind", lambda v: v["regexes"][0].update(pattern="(?<!a)b"), "regexes.0.pattern: has a look-around"),
    ("inline flag", lambda v: v["regexes"][0].update(pattern="(?i)mst"), "regexes.0.pattern: has a look-around"),
    ("named group", lambda v: v["regexes"][0].update(pattern="(?P<x>a)"), "regexes.0.pattern: has a look-around"),
    ("back-reference", lambda v: v["regexes"][0].update(pattern=r"(a)\1"), "regexes.0.pattern: has a look-around"),
    ("matches nothing", lambda v: v["regexes"][0].update(pattern="[0-9]*"), "regexes.0.pattern: matches an empty"),
    ("threshold", lambda v: v["grounding"][0].update(threshold=1.0), "grounding.0.threshold: "),
    ("grounding mask", lambda v: v["grounding"][0].update(action="ANONYMIZE"), "grounding.0.action: "),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), [entry[1:] for entry in CHANGES], ids=[entry[0] for entry in CHANGES])
def test_value_outside_a_limit_is_named_with_its_place(
    change: Callable[[Values], None], expected: str, tmp_path: Path
) -> None:
    problems = problems_of(change, tmp_path)
    assert len(problems) == 1, problems
    assert re.match(expected, problems[0]), problems


def test_all_problems_are_listed_at_once(tmp_path: Path) -> None:
    def change(values: Values) -> None:
        values.update(tier="GOLD", description="")
        values["topics"][2]["definition"] = "d" * 300
        values["regexes"][1]["pattern"] = "(?<=a)b"

    assert len(problems_of(change, tmp_path)) == 4


def test_decomposed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY_FILE.read_text(encoding="utf-8").replace("đụ má", "đụ ma\u0301"), encoding="utf-8")
    with pytest.raises(PolicyError, match="NFC"):
        load_policy(path)


def test_unreadable_files_are_problems_and_not_tracebacks(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("a = [", encoding="utf-8")
    latin = tmp_path / "latin.toml"
    latin.write_bytes('a = "é"'.encode("latin-1"))
    for path in (broken, latin, tmp_path / "missing.toml"):
        with pytest.raises(PolicyError, match=path.name):
            load_policy(path)


@given(st.integers(min_value=1, max_value=1_000))
def test_definition_is_accepted_exactly_up_to_its_limit(length: int) -> None:
    values = shipped_values()
    values["topics"][0]["definition"] = "d" * length
    if length <= 200:
        GuardrailPolicy.model_validate(values)
        return
    with pytest.raises(ValueError, match="at most 200"):
        GuardrailPolicy.model_validate(values)


# --- Patterns -------------------------------------------------------------------------------------------------------

FOUND = {
    "vn-citizen-id": [
        "Số CCCD của tôi là 001099012345.", "079 203 001 234", "079-203-001-234", "079.203.001.234",
        "CCCD:096300123456", "(001199000001)",
        "001199000001", "tên, 001199000001, Hà Nội", "001199000001\n079203001234", '{"cccd": "079203001234"}',
        "CMT số 038 0 85 123 456",
    ],
    "vn-old-identity-card": [
        "CMND 012345678", "số CMND: 012 345 678", "chứng minh nhân dân số 123456789", "chung minh thu la 123456789",
        "Chứng minh thư: 123.456.789", "my identity card is 123456789",
    ],
    "vn-mobile-phone": [
        "0912345678", "0912 345 678", "091 234 5678", "0912.345.678", "0912-345-678", "0912 34 56 78", "+84912345678",
        "+84 912 345 678", "84 912 345 678", "sđt:0356789012", "gọi 0771234567 nhé", "0568 123 456", "+84 91 234 5678",
    ],
    "vn-landline": ["024 3825 1234", "02438251234", "028.3829.5678", "0236 382 2123", "+84 24 3825 1234"],
    "vn-tax-code": [
        "MST 0101234567", "mst: 0101234567-001", "Mã số thuế: 0101234567", "ma so thue 0101234567",
        "MÃ SỐ THUẾ 0101234567", "Tax code: 0101234567", "tax ID 0101234567001", "mã số thuế là 0912345678",
    ],
    "vn-social-insurance": ["BHXH 0123456789", "số sổ bảo hiểm xã hội: 7912345678", "social insurance 7912345678"],
    "vn-passport": ["Hộ chiếu B1234567", "passport C12345678", "P01234567", "N1234567."],
}  # fmt: skip

NOT_FOUND = {
    "vn-citizen-id": [
        "111122223333", "tài khoản 123456789012", "097123456789", "000123456789", "0010990123456", "00109901234",
        "2026-11-28", "001 học viên", "arn:aws:s3:::log-20261128", "079403001234", "0792-0300-1234",
    ],
    "vn-old-identity-card": ["123456789", "mã đơn 123456789", "CMND", "CMND 12345678"],
    "vn-mobile-phone": [
        "0123456789", "0101234567", "091234567", "09123456789", "8:30", "0.912345678e3", "2,6,1,10,55,2.0",
        "0 85 12 10 55 2.0", "001099012345", "0212345678", "mã 20912345678",
    ],
    "vn-landline": ["0912345678", "024", "0243825", "20261128", "025 3825 123"],
    "vn-tax-code": ["0101234567", "0912345678", "MST", "thuế 10%", "MST 010123456", "tax code 12345"],
    "vn-social-insurance": ["0123456789", "BHXH 012345678", "bảo hiểm xã hội năm 2026"],
    "vn-passport": ["A1234567", "B123456", "B123456789", "AB1234567", "lab L20261128", "b1234567", "VPC12345678"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in FOUND.items() for text in texts])
def test_pattern_finds_vietnamese_sample(name: str, text: str) -> None:
    assert PATTERNS[name].search(text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in NOT_FOUND.items() for text in texts])
def test_pattern_leaves_look_alike(name: str, text: str) -> None:
    assert not PATTERNS[name].search(text)


ACCOUNT_IN = (
    "arn:aws:iam::{}:role/demo",
    "arn:aws:sagemaker:ap-southeast-1:{}:endpoint/demo",
    "aws://{}/ap-southeast-1",
    "https://sqs.ap-southeast-1.amazonaws.com/{}/sync",
    "s3://sagemaker-ap-southeast-1-{}/demo",
    "s3://cdk-hnb659fds-assets-{}-ap-southeast-1/x.zip",
    '{{"UserId": "AIDA", "Account": "{}"}}',
    "https://{}.signin.aws.amazon.com/console",
    "111122223333.dkr.ecr.ap-southeast-1.amazonaws.com/{}:latest",
)
"""How a workshop on AWS writes an account's number."""


@pytest.mark.parametrize("text", ACCOUNT_IN)
def test_no_account_is_unlucky(text: str) -> None:
    numbers = random.Random(1)  # noqa: S311
    written = [text.format(f"{numbers.randrange(10**11):012}") for _ in range(2_000)]
    assert [each for each in written if PATTERNS["vn-citizen-id"].search(each)] == []


def test_every_pattern_has_samples_of_both_kinds() -> None:
    assert set(PATTERNS) == set(FOUND) == set(NOT_FOUND)


@given(st.from_regex(PATTERNS["vn-mobile-phone"], fullmatch=True, alphabet="0123456789+84 .-"))
def test_mobile_number_is_never_taken_for_another_kind(number: str) -> None:
    others = [name for name, pattern in PATTERNS.items() if name != "vn-mobile-phone" and pattern.search(number)]
    assert others == []


@given(st.sampled_from(["vn-citizen-id", "vn-mobile-phone", "vn-landline"]), st.data())
def test_number_inside_a_longer_number_is_left_alone(name: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(PATTERNS[name], fullmatch=True, alphabet="0123456789"))
    assert not PATTERNS[name].search(f"7{text}")
    assert not PATTERNS[name].search(f"{text}7")


@given(st.text(alphabet="0123456789 .-+BCNP", max_size=400))
def test_patterns_end_on_any_run_of_digits(text: str) -> None:
    for pattern in PATTERNS.values():
        pattern.search(text)


# --- Digest ---------------------------------------------------------------------------------------------------------

OTHER_VALUE = {"tier": "CLASSIC", "managed_lists": [], "input": "LOW", "output": "LOW"}


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def change_at(values: Values, path: tuple[str | int, ...]) -> Values:
    """A valid policy that differs at one place; a required key or a table is left as it is."""
    changed = copy.deepcopy(values)
    node: Any = changed
    for step in path[:-1]:
        node = node[step]
    key, old = path[-1], node[path[-1]]
    if key in OTHER_VALUE and (key, old) != ("output", "NONE"):
        node[key] = OTHER_VALUE[str(key)]
    elif key == "action":
        node[key] = "BLOCK" if old == "NONE" else "NONE"
    elif key == "pattern":
        node[key] = f"{old}x"
    elif isinstance(old, float):
        node[key] = old / 2
    elif isinstance(key, int):
        del node[key]
    elif isinstance(old, str) and key not in ("type", "output"):
        node[key] = old[:-1]
    return changed


def described(policies: list[GuardrailPolicy]) -> list[str]:
    """Descriptions of the guardrails' versions, each in a scope of its own."""
    app = cdk.App()
    stack = cdk.Stack(app, "Safety", synthesizer=ReferenceSynthesizer())
    profile = GuardrailProfile(id="apac.guardrail.v1:0", destination_regions=("ap-southeast-1",))
    for number, policy in enumerate(policies):
        WorkshopGuardrail(stack, f"G{number:03}", workshop_id=WORKSHOP, policy=policy, profile=profile, key=None)
    template = json.loads((Path(app.synth().directory) / stack.template_file).read_text(encoding="utf-8"))
    return [each["Description"] for each in of_type(template, "AWS::Bedrock::GuardrailVersion").values()]


def test_versions_description_moves_with_every_value_and_with_the_order() -> None:
    values = shipped_values()
    changed = [variant for path in places(values) if (variant := change_at(values, path)) != values]
    assert len(changed) > 100
    values["topics"].reverse()
    distinct = {json.dumps(variant): variant for variant in (shipped_values(), values, *changed)}

    descriptions = described([GuardrailPolicy.model_validate(variant) for variant in distinct.values()])

    assert len(set(descriptions)) == len(distinct)
    assert [each for each in descriptions if not re.fullmatch(r"Policy [0-9a-f]{12}", each)] == []
