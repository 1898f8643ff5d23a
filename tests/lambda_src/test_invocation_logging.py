"""The custom resource for invocation logging, on a Bedrock and an SSM that keep what they are told (moto)."""

import importlib
import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError, ParamValidationError, ReadTimeoutError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from moto import mock_aws

from lambda_src.invocation_logging.logic import LoggingSetting, Properties
from tests.lambda_src.logging_account import (
    EARLIER,
    OURS,
    PARAMETER,
    THEIRS,
    Account,
    CloudFormation,
    listening,
    properties,
)
from tests.lambda_src.support import CANARY, ENVIRONMENT, aws_error, aws_response


@pytest.fixture(scope="module")
def module() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for key, value in ENVIRONMENT.items():
            patch.setenv(key, value)
        return importlib.import_module("lambda_src.invocation_logging.handler")


@pytest.fixture
def account(module: Any) -> Iterator[Account]:
    with mock_aws(), listening() as cloudformation:
        yield Account(module, cloudformation)


def test_ours_has_text_only_in_log_group_and_bucket() -> None:
    expected = {
        "cloudWatchConfig": {
            "logGroupName": "/workshop/ws-1/bedrock",
            "roleArn": "arn:aws:iam::111122223333:role/workshop/ws-1/logging",
            "largeDataDeliveryS3Config": {"bucketName": "logs-bucket", "keyPrefix": "invocations"},
        },
        "s3Config": {"bucketName": "logs-bucket", "keyPrefix": "invocations"},
        "textDataDeliveryEnabled": True,
        "imageDataDeliveryEnabled": False,
        "embeddingDataDeliveryEnabled": False,
        "videoDataDeliveryEnabled": False,
        "audioDataDeliveryEnabled": False,
    }
    assert expected == OURS


def test_create_answers_in_cloudformations_form(account: Account) -> None:
    answer = account.send("Create")
    reason = "The workshop's logging is on; the earlier setting is saved."
    assert answer == {
        "Status": "SUCCESS",
        "Reason": reason,
        "PhysicalResourceId": "model-invocation-logging",
        "StackId": "arn:aws:cloudformation:ap-southeast-1:111122223333:stack/ws-1-Audit/1",
        "RequestId": "request-1",
        "LogicalResourceId": "Logging",
        "Data": {"Outcome": reason},
    }
    assert account.cloudformation.content_types == [""]


@pytest.mark.parametrize("earlier", [None, EARLIER, THEIRS])
def test_the_earlier_setting_is_saved_and_comes_back(account: Account, earlier: dict[str, Any] | None) -> None:
    if earlier:
        account.put(earlier)
    assert account.send("Create")["Status"] == "SUCCESS"
    assert account.setting == OURS
    assert account.saved == (earlier or {})
    assert account.send("Delete")["Status"] == "SUCCESS"
    assert account.setting == earlier
    assert account.saved is None


def test_the_parameter_carries_the_workshops_tag(account: Account) -> None:
    account.send("Create")
    tags = account.module.ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=PARAMETER)["TagList"]
    assert tags == [{"Key": "workshop:id", "Value": "ws-1"}]


def test_a_repeated_create_does_not_save_ours_as_the_earlier_one(account: Account) -> None:
    account.put(EARLIER)
    account.send("Create")
    assert account.send("Create")["Status"] == "SUCCESS"
    assert account.saved == EARLIER


def test_a_parameter_that_was_left_behind_is_overwritten(account: Account) -> None:
    account.module.ssm.put_parameter(Name=PARAMETER, Value='{"s3Config": {}}', Type="String")
    account.put(EARLIER)
    account.send("Create")
    assert account.saved == EARLIER


def test_a_repeated_delete_does_no_harm(account: Account) -> None:
    account.put(EARLIER)
    account.send("Create")
    account.send("Delete")
    answer = account.send("Delete")
    assert (answer["Status"], answer["Reason"]) == ("SUCCESS", "The workshop's logging was not on.")
    assert account.setting == EARLIER


def test_ours_is_known_again_without_what_is_off(account: Account) -> None:
    account.put(EARLIER)
    account.send("Create")
    account.put({key: value for key, value in OURS.items() if value})
    assert account.send("Delete")["Reason"] == "The earlier setting is back."
    assert account.setting == EARLIER


def test_update_puts_the_new_one_and_keeps_what_was_saved(account: Account) -> None:
    account.put(EARLIER)
    account.send("Create")
    new = properties(LogGroupName="/workshop/ws-1/other")
    for _ in range(2):  # CloudFormation may send it twice
        answer = account.send("Update", new)
        assert (answer["Status"], answer["Reason"]) == ("SUCCESS", "The workshop's logging is updated.")
        assert account.setting == Properties.model_validate(new).configuration()
        assert account.saved == EARLIER
    assert account.send("Delete", new)["Status"] == "SUCCESS"
    assert account.setting == EARLIER


@pytest.mark.parametrize("request_type", ["Update", "Delete"])
@pytest.mark.parametrize("meanwhile", [THEIRS, None])
def test_what_somebody_else_set_meanwhile_is_left_alone(
    account: Account, request_type: str, meanwhile: dict[str, Any] | None
) -> None:
    account.put(EARLIER)
    account.send("Create")
    if meanwhile:
        account.put(meanwhile)
    else:
        account.module.bedrock.delete_model_invocation_logging_configuration()
    answer = account.send(request_type, properties(KeyPrefix="new") if request_type == "Update" else None)
    assert answer["Status"] == "SUCCESS"
    assert "Somebody else has changed the account's invocation logging" in answer["Reason"]
    assert answer["Data"]["Outcome"] == answer["Reason"]
    assert account.setting == meanwhile
    assert (account.saved is None) == (request_type == "Delete")


def test_an_update_may_not_lose_the_parameter(account: Account) -> None:
    account.send("Create")
    answer = account.send("Update", properties(SavedConfigurationParameter="/other"))
    assert answer["Status"] == "FAILED"
    assert "SavedConfigurationParameter cannot change" in answer["Reason"]
    assert account.setting == OURS


def test_bad_properties_fail_by_name_and_can_be_deleted(account: Account) -> None:
    bad = properties(Surprise=CANARY, LogGroupName="")
    answer = account.send("Create", bad)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == "These properties of the custom resource are not valid: LogGroupName, Surprise."
    assert account.setting is None
    assert account.send("Delete", bad)["Status"] == "SUCCESS"


@pytest.mark.parametrize(
    "event", [{"RequestType": "Replace"}, {"ResourceProperties": None}, {"ResourceProperties": []}]
)
def test_a_broken_request_is_answered_too(account: Account, event: dict[str, Any]) -> None:
    base = {"ResponseURL": account.cloudformation.url, "StackId": "s", "RequestId": "r", "LogicalResourceId": "l"}
    account.module.handler({**base, "RequestType": "Create", "ResourceProperties": properties(), **event}, None)
    assert account.cloudformation.answers[-1]["Status"] == "FAILED"


@contextmanager
def refusals(account: Account, code: str, times: int) -> Iterator[None]:
    """The next `times` attempts to put a setting end in this error."""
    left = iter(range(times))

    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        if next(left, None) is None:
            return None
        return aws_response(request, aws_error(code, "Failed to validate permissions for log group"))

    events, name = account.module.bedrock.meta.events, "before-send.bedrock.PutModelInvocationLoggingConfiguration"
    events.register_first(name, send, unique_id="refusals")
    try:
        yield
    finally:
        events.unregister(name, unique_id="refusals")


@dataclass
class Clock:
    seconds: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def now(self) -> float:
        return self.seconds


def resource_of(account: Account, clock: Clock) -> LoggingSetting:
    return LoggingSetting(account.module.bedrock, account.module.ssm, clock.sleep, clock.now)


def test_create_waits_until_iam_knows_the_role(account: Account) -> None:
    clock = Clock()
    with refusals(account, "ValidationException", 7):
        resource_of(account, clock).create(Properties.model_validate(properties()))
    assert account.setting == OURS
    assert clock.seconds == 35


def test_the_wait_ends_after_a_minute(account: Account) -> None:
    clock = Clock()
    with (
        refusals(account, "ValidationException", 1_000),
        pytest.raises(ClientError, match="Failed to validate permissions"),
    ):
        resource_of(account, clock).create(Properties.model_validate(properties()))
    assert clock.seconds == 60


def test_no_answer_in_time_is_asked_for_again(account: Account) -> None:
    """AWS tries log group and bucket before it answers, and what it was told it may have done."""
    left = iter(range(4))  # the SDK tries twice by itself

    def send(request: AWSPreparedRequest, **_: Any) -> None:
        if next(left, None) is not None:
            raise ReadTimeoutError(endpoint_url=request.url)

    clock = Clock()
    events, name = account.module.bedrock.meta.events, "before-send.bedrock.PutModelInvocationLoggingConfiguration"
    events.register_first(name, send, unique_id="slow")
    try:
        resource_of(account, clock).create(Properties.model_validate(properties()))
    finally:
        events.unregister(name, unique_id="slow")
    assert account.setting == OURS
    assert clock.seconds == 10


class OlderSdk:
    """Knows no video and no audio."""

    def __init__(self, bedrock: Any) -> None:
        self._bedrock = bedrock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bedrock, name)

    def put_model_invocation_logging_configuration(self, **given: dict[str, Any]) -> None:
        if unknown := {"videoDataDeliveryEnabled", "audioDataDeliveryEnabled"} & set(given["loggingConfig"]):
            raise ParamValidationError(report=f"Unknown parameter in loggingConfig: {unknown}")
        self._bedrock.put_model_invocation_logging_configuration(**given)


def test_an_older_sdk_of_the_runtime_leaves_out_what_it_does_not_know(account: Account) -> None:
    ours, clock = Properties.model_validate(properties()), Clock()
    older = LoggingSetting(OlderSdk(account.module.bedrock), account.module.ssm, clock.sleep, clock.now)
    older.create(ours)
    assert (account.setting or {}).keys() == OURS.keys() - {"videoDataDeliveryEnabled", "audioDataDeliveryEnabled"}
    assert clock.seconds == 0
    assert older.delete(ours) == "Logging is off, as it was before the workshop."


def test_another_error_is_not_waited_for_and_is_answered(account: Account) -> None:
    with refusals(account, "AccessDeniedException", 1):
        answer = account.send("Create")
    assert answer["Status"] == "FAILED"
    assert "AccessDeniedException" in answer["Reason"]
    # CloudFormation rolls the creation back; the setting was never ours.
    assert account.send("Delete")["Status"] == "SUCCESS"
    assert (account.setting, account.saved) == (None, None)


def test_a_saved_setting_that_aws_refuses_means_off(account: Account) -> None:
    account.put(EARLIER)
    account.send("Create")
    with refusals(account, "ValidationException", 1_000):
        outcome = resource_of(account, Clock()).delete(Properties.model_validate(properties()))
    assert "no longer accepts" in outcome
    assert (account.setting, account.saved) == (None, None)


def test_an_error_while_restoring_keeps_the_saved_setting(account: Account) -> None:
    account.put(EARLIER)
    account.send("Create")
    with refusals(account, "AccessDeniedException", 1):
        assert account.send("Delete")["Status"] == "FAILED"
    assert account.saved == EARLIER
    assert account.send("Delete")["Status"] == "SUCCESS"
    assert account.setting == EARLIER


def test_the_answer_is_sent_again_if_it_is_not_taken(account: Account) -> None:
    account.cloudformation.failures = 2
    assert account.send("Create")["Status"] == "SUCCESS"


def test_an_answer_that_nobody_takes_fails_the_function_so_that_lambda_tries_again(account: Account) -> None:
    account.cloudformation.failures = 3
    with pytest.raises(RuntimeError, match="could not be told"):
        account.send("Create")
    assert account.send("Create")["Status"] == "SUCCESS"
    assert account.saved == {}


def test_the_signed_url_is_in_no_log(account: Account) -> None:
    stream = io.StringIO()
    (handler,) = logging.getLogger("invocation_logging").handlers[:1]
    assert isinstance(handler, logging.StreamHandler)
    earlier = handler.setStream(stream)
    try:
        account.cloudformation.failures = 1
        account.send("Create")
    finally:
        handler.setStream(earlier)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["request done", "answer not sent"]
    assert CANARY not in stream.getvalue()


def test_only_web_addresses_are_answered(account: Account) -> None:
    account.cloudformation.url = "file:///dev/null"
    with pytest.raises(ValueError, match="not a web address"):
        account.send("Create")


class Borrowing(RuleBasedStateMachine):
    """A workshop in an account where others change the setting at any time and CloudFormation repeats itself."""

    def __init__(self) -> None:
        super().__init__()
        module = importlib.import_module("lambda_src.invocation_logging.handler")
        self.aws = mock_aws()
        self.aws.start()
        self.account = Account(module, CloudFormation(""))
        self.resource = LoggingSetting(module.bedrock, module.ssm, lambda seconds: None)
        self.properties = Properties.model_validate(properties())
        self.deployed = False
        self.touched = False
        """Somebody else has changed the setting since ours was put."""

    @initialize(earlier=st.sampled_from([None, EARLIER]))
    def before(self, earlier: dict[str, Any] | None) -> None:
        self.earlier = earlier
        if earlier:
            self.account.put(earlier)

    @precondition(lambda self: not self.deployed)
    @rule(times=st.integers(1, 3))
    def create(self, times: int) -> None:
        self.earlier = self.account.setting
        for _ in range(times):
            self.resource.create(self.properties)
        self.deployed, self.touched = True, False
        assert self.account.setting == self.properties.configuration()

    @precondition(lambda self: self.deployed)
    @rule(times=st.integers(1, 3), group=st.sampled_from(["a", "b"]))
    def update(self, times: int, group: str) -> None:
        before = self.account.setting
        new = Properties.model_validate(properties(LogGroupName=group))
        for _ in range(times):
            self.resource.update(self.properties, new)
        self.properties = new
        assert self.account.setting == (before if self.touched else new.configuration())

    @rule(setting=st.sampled_from([None, THEIRS]))
    def somebody_else(self, setting: dict[str, Any] | None) -> None:
        if setting:
            self.account.put(setting)
        else:
            self.account.module.bedrock.delete_model_invocation_logging_configuration()
        self.touched = True

    @precondition(lambda self: self.deployed)
    @rule(times=st.integers(1, 3))
    def delete(self, times: int) -> None:
        before = self.account.setting
        for _ in range(times):
            self.resource.delete(self.properties)
        self.deployed = False
        assert self.account.setting == (before if self.touched else self.earlier)
        assert self.account.saved is None

    def teardown(self) -> None:
        self.aws.stop()


@pytest.mark.usefixtures("module")
def test_a_workshop_only_borrows_the_setting() -> None:
    run_state_machine_as_test(Borrowing, settings=settings(max_examples=15, stateful_step_count=8, deadline=None))
