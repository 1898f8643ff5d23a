"""Preflight finds who can never come in, which bootstrap counts, and what a call of a model runs into."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from contract import BOOTSTRAP_QUALIFIER_KEY
from stacks.config import ConfigError
from tests.workshop.canned_aws import RefusalError, canned_session
from tests.workshop.test_preflight import (
    ACCOUNT,
    EVERYTHING,
    GOOD,
    NOW,
    ask,
    configuration,
    fixed,
    refuse,
    role,
)
from workshop.bootstrap import qualifier
from workshop.preflight import Account, answer, questions
from workshop.report import Verdict

OWN = "wshop26"


@pytest.mark.parametrize(
    ("arn", "says"),
    [
        ("arn:aws:iam::123456789012:role/Admin", "is of account 123456789012"),
        (f"arn:aws-cn:iam::{ACCOUNT}:role/Admin", "partition aws-cn"),
        (f"arn:aws:iam::{ACCOUNT}:role/gone", "does not exist"),
        (
            f"arn:aws:iam::{ACCOUNT}:role/AWSReservedSSO_Admin_1",
            "is really arn:aws:iam::111122223333:role/aws",
        ),
    ],
)
def test_a_role_that_can_never_match_is_named(arn: str, says: str) -> None:
    def get_role(given: dict[str, Any]) -> dict[str, Any]:
        if given["RoleName"] == "gone":
            raise RefusalError("NoSuchEntity")
        found = role(given)
        if given["RoleName"].startswith("AWSReservedSSO"):
            found["Role"]["Arn"] = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/{given['RoleName']}"
        return found

    good = f"arn:aws:iam::{ACCOUNT}:role/Good"
    finding = ask("admin roles", {"iam.GetRole": get_role}, configuration(access={"admin_role_arns": [good, arn]}))
    assert (finding.verdict, says in finding.detail, good in finding.detail) == (Verdict.FAIL, True, False), finding


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (fixed(Organization={"Id": "o-zzzzzzzzzz"}), "is in o-zzzzzzzzzz"),
        (refuse("AWSOrganizationsNotInUseException"), "in no organization"),
    ],
)
def test_another_organization_locks_everybody_out(reply: Any, says: str) -> None:
    finding = ask("organization", {"organizations.DescribeOrganization": reply}, EVERYTHING)
    assert (finding.verdict, says in finding.detail) == (Verdict.FAIL, True), finding


def test_vpc_endpoints_are_there_and_of_s3() -> None:
    gone = ask("vpc endpoints", {"ec2.DescribeVpcEndpoints": fixed(VpcEndpoints=[])}, EVERYTHING)
    assert (gone.verdict, "vpce-0123456789abcdef0" in gone.detail) == (Verdict.WARN, True)
    other = {"VpcEndpointId": "vpce-0123456789abcdef0", "ServiceName": "com.amazonaws.ap-southeast-1.sts"}
    assert ask("vpc endpoints", {"ec2.DescribeVpcEndpoints": fixed(VpcEndpoints=[other])}, EVERYTHING).verdict is (
        Verdict.FAIL
    )


def test_the_qualifier_is_taken_from_where_the_cdk_takes_it(tmp_path: Path) -> None:
    folder, home = tmp_path / "app", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    assert qualifier({}, folder, home) == "hnb659fds"
    (home / ".cdk.json").write_text(json.dumps({"context": {BOOTSTRAP_QUALIFIER_KEY: "user"}}))
    assert qualifier({}, folder, home) == "user"
    (folder / "cdk.context.json").write_text(json.dumps({BOOTSTRAP_QUALIFIER_KEY: "context"}))
    assert qualifier({}, folder, home) == "context"
    (folder / "cdk.json").write_text(json.dumps({"context": {BOOTSTRAP_QUALIFIER_KEY: "project"}}))
    assert qualifier({}, folder, home) == "project"
    assert qualifier({BOOTSTRAP_QUALIFIER_KEY: "line"}, folder, home) == "line"
    (home / ".cdk.json").write_text("{")
    with pytest.raises(ConfigError, match=r"\.cdk\.json"):
        qualifier({}, folder, home)


def test_the_bootstrap_of_the_qualifier_counts() -> None:
    def parameter(given: dict[str, Any]) -> dict[str, Any]:
        if given["Name"] != f"/cdk-bootstrap/{OWN}/version":
            raise RefusalError("ParameterNotFound")
        return {"Parameter": {"Value": "28"}}

    def own_role(given: dict[str, Any]) -> dict[str, Any]:
        if not given["RoleName"].startswith(f"cdk-{OWN}-"):
            raise RefusalError("NoSuchEntity")
        return role(given)

    there = {"Name": f"/cdk-bootstrap/{OWN}/version", "Type": "String", "Value": "28"}
    changed = {
        "ssm.GetParameter": parameter,
        "ssm.GetParametersByPath": fixed(Parameters=[there]),
        "iam.GetRole": own_role,
    }
    config = configuration()
    for given, verdict in ((OWN, Verdict.PASS), ("hnb659fds", Verdict.FAIL)):
        account = Account(config, canned_session(GOOD | changed), NOW, qualifier=given)
        for name in ("bootstrap", "bootstrap roles"):
            assert answer(dict(questions(config))[name], account).verdict is verdict, (given, name)
    finding = ask("bootstrap", changed)
    assert f'"{BOOTSTRAP_QUALIFIER_KEY}": "{OWN}"' in finding.fix


@pytest.mark.parametrize(
    ("code", "message", "verdict", "says"),
    [
        (
            "ResourceNotFoundException",
            "Model use case details have not been submitted for this account. Fill out the form.",
            Verdict.FAIL,
            "use case details once per account",
        ),
        (
            "AccessDeniedException",
            "Model access is denied due to IAM user or service role is not authorized to perform the required AWS "
            "Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe)",
            Verdict.FAIL,
            "payment method",
        ),
        (
            "AccessDeniedException",
            "User is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:ap-northeast-1::"
            "foundation-model/m with an explicit deny in a service control policy",
            Verdict.FAIL,
            "ap-northeast-1",
        ),
        (
            "ThrottlingException",
            "Too many tokens per day, please wait before trying again.",
            Verdict.FAIL,
            "AWS Support",
        ),
        ("ThrottlingException", "Too many requests, please wait before trying again.", Verdict.WARN, "in a minute"),
        ("AccessDeniedException", "You don't have access to the model with the specified model ID.", Verdict.FAIL, ""),
        ("ValidationException", "The provided model identifier is invalid.", Verdict.FAIL, "regions.toml"),
        ("ValidationException", "Operation not allowed", Verdict.FAIL, "role"),
        ("ServiceUnavailableException", "busy", Verdict.WARN, "in a minute"),
        ("ResourceNotFoundException", "This Model is marked by provider as Legacy", Verdict.FAIL, "another model"),
        (
            "AccessDeniedException",
            "User is not authorized to perform: bedrock:InvokeModel because no identity-based policy allows it",
            Verdict.WARN,
            "may call",
        ),
        ("SomethingNew", "never seen", Verdict.FAIL, "Mend"),
    ],
)
@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("chat model call", "bedrock-runtime.Converse"),
        ("embedding model call", "bedrock-runtime.InvokeModel"),
    ],
)
def test_what_a_call_runs_into_is_told_apart(
    name: str, call: str, code: str, message: str, verdict: Verdict, says: str
) -> None:
    finding = ask(name, {call: refuse(code, message)})
    expected = "ap-southeast-1" if says == "ap-northeast-1" and name.startswith("embedding") else says
    assert (finding.verdict, expected in finding.fix, message in finding.detail) == (verdict, True, True), finding


def test_one_token_is_asked_for_through_the_profile() -> None:
    seen: list[dict[str, Any]] = []

    def converse(given: dict[str, Any]) -> dict[str, Any]:
        seen.append(given)
        return GOOD["bedrock-runtime.Converse"](given)

    assert ask("chat model call", {"bedrock-runtime.Converse": converse}).verdict is Verdict.PASS
    assert (seen[0]["modelId"], seen[0]["inferenceConfig"]) == ("apac.amazon.nova-lite-v1:0", {"maxTokens": 1})


def test_a_vector_of_another_length_is_a_failure() -> None:
    short = {"body": io.BytesIO(json.dumps({"embeddings": [[0.5] * 384]}).encode()), "contentType": "application/json"}
    finding = ask("embedding model call", {"bedrock-runtime.InvokeModel": fixed(**short)})
    assert (finding.verdict, "384" in finding.detail) == (Verdict.FAIL, True)


def test_the_form_is_only_asked_for_where_a_model_needs_it() -> None:
    assert "use case form" not in dict(questions(configuration()))
    refused = {"bedrock.GetUseCaseForModelAccess": refuse("ResourceNotFoundException")}
    finding = ask("use case form", refused, EVERYTHING)
    assert (finding.verdict, "Model catalog" in finding.fix) == (Verdict.FAIL, True)
