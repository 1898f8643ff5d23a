"""The one way to AWS: nothing undeclared leaves, nothing is lost on the way, errors mean what they mean."""

import threading

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from hypothesis import given
from hypothesis import strategies as st

from local_aws.framework import ApiCall, ApiError
from tests.workshop.teardown.estate import DOOR, Estate
from workshop.teardown.aws import Aws, Clock, RateLimit, _guard, licence
from workshop.teardown.errors import CallError, StoppedError, Trouble, UndeclaredMutationError, classify
from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.check import ServiceModels
from workshop.teardown.kinds.placeholders import fill, fill_exactly, get
from workshop.teardown.paging import next_page


def _aws(estate: Estate, **rates: float) -> Aws:
    return Aws(DOOR, "us-east-1", Clock(lambda: estate.now, estate.sleep), **rates)


def test_a_change_without_a_licence_never_leaves(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    with pytest.raises(UndeclaredMutationError, match="sagemaker:delete_model"):
        _aws(estate).call("sagemaker", "delete_model", ModelName="m")
    assert estate.mutations == []


def test_a_licence_is_for_its_own_operations_only(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    with licence(KINDS["sm-endpoint"].mutations()), pytest.raises(UndeclaredMutationError):
        _aws(estate).call("sagemaker", "delete_model", ModelName="m")
    with licence(KINDS["sm-model"].mutations()):
        _aws(estate).call("sagemaker", "delete_model", ModelName="m")
    assert [call.operation for call in estate.mutations] == ["DeleteModel"]


def test_a_licence_ends_and_does_not_reach_other_threads(estate: Estate) -> None:
    aws, refused = _aws(estate), list[bool]()

    def elsewhere() -> None:
        try:
            aws.call("sagemaker", "delete_model", ModelName="m")
        except UndeclaredMutationError:
            refused.append(True)

    with licence(KINDS["sm-model"].mutations()):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert refused == [True]
    with pytest.raises(UndeclaredMutationError):
        aws.call("sagemaker", "delete_model", ModelName="m")


@pytest.mark.parametrize("service", ["sagemaker", "s3", "iam", "cloudformation", "bedrock-agent", "ec2", "sts"])
def test_only_operations_that_read_pass_without_a_licence(service: str) -> None:
    model, names = ServiceModels().service(service)
    reading = ("get_", "list_", "describe_", "batch_get_", "head_")
    for method, name in names.items():
        try:
            _guard(model.operation_model(name))
            passed = True
        except UndeclaredMutationError:
            passed = False
        assert passed == method.startswith(reading), method


def test_throttles_are_retried_and_everything_is_counted(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    estate.refuse("ListModels", "ThrottlingException", times=4)
    aws = _aws(estate)
    assert len(aws.pages("sagemaker", "list_models", "Models")) == 1
    assert aws.tally.calls == {"sagemaker:list_models": 5}


def test_a_throttle_that_does_not_end_is_reported_as_one(estate: Estate) -> None:
    estate.refuse("ListModels", "ThrottlingException")
    with pytest.raises(CallError) as caught:
        _aws(estate).pages("sagemaker", "list_models", "Models")
    assert caught.value.trouble is Trouble.THROTTLED


def test_a_page_that_stumbles_is_asked_for_again(estate: Estate) -> None:
    estate.world.page_size = 1
    for number in range(3):
        estate.plant("sagemaker", "Model", f"m{number}")
    calls = []

    def second_stumbles(call: ApiCall) -> None:
        if call.operation == "ListModels":
            calls.append(call)
            if len(calls) == 2:
                raise ApiError("ThrottlingException", "Rate exceeded")

    estate.world.before.append(second_stumbles)
    names = [entry["ModelName"] for entry in _aws(estate).pages("sagemaker", "list_models", "Models")]
    assert names == ["m0", "m1", "m2"]


def test_expired_credentials_stop_everything(estate: Estate) -> None:
    estate.refuse("ListModels", "ExpiredTokenException")
    with pytest.raises(StoppedError):
        _aws(estate).pages("sagemaker", "list_models", "Models")


def test_a_bucket_gives_turns_at_its_rate_and_slows_down_when_asked() -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    bucket = RateLimit(10.0, Clock(lambda: now[0], sleep))
    for _ in range(21):
        bucket.take()
    assert now[0] == pytest.approx(2.0)
    for _ in range(3):
        bucket.throttled()
    start = now[0]
    for _ in range(6):
        bucket.take()
    assert now[0] - start > 3.5


@pytest.mark.parametrize(
    ("code", "message", "trouble"),
    [
        ("ResourceNotFoundException", "", Trouble.GONE),
        ("NoSuchBucket", "", Trouble.GONE),
        ("ValidationException", "Could not find endpoint e", Trouble.GONE),
        ("ValidationError", "Stack with id x does not exist", Trouble.GONE),
        ("ValidationException", "Status (InService) not in ([Stopped, Failed])", Trouble.BUSY),
        ("ValidationException", "Value at 'x' is wrong", Trouble.INVALID),
        ("ConflictException", "", Trouble.BUSY),
        ("ResourceInUse", "", Trouble.BUSY),
        ("DependencyViolation", "", Trouble.BUSY),
        ("BucketNotEmpty", "", Trouble.BUSY),
        ("ThrottlingException", "", Trouble.THROTTLED),
        ("SlowDown", "", Trouble.THROTTLED),
        ("InternalServerException", "", Trouble.THROTTLED),
        ("AccessDeniedException", "", Trouble.DENIED),
        ("AccessDenied", "", Trouble.DENIED),
        ("ExpiredTokenException", "", Trouble.EXPIRED),
        ("SomethingNew", "", Trouble.INVALID),
    ],
)
def test_what_an_error_means(code: str, message: str, trouble: Trouble) -> None:
    error = ClientError({"Error": {"Code": code, "Message": message}}, "X")
    assert classify(error)[0] is trouble


def test_a_kinds_own_codes_come_first() -> None:
    error = ClientError({"Error": {"Code": "PreconditionFailed", "Message": ""}}, "X")
    assert classify(error)[0] is Trouble.INVALID
    assert classify(error, busy_on=["PreconditionFailed"])[0] is Trouble.BUSY
    assert classify(error, gone_on=["PreconditionFailed"])[0] is Trouble.GONE


def test_trouble_on_the_way_is_told_from_trouble_at_the_service() -> None:
    assert classify(NoCredentialsError())[0] is Trouble.EXPIRED
    assert classify(EndpointConnectionError(endpoint_url="https://x"))[0] is Trouble.NO_ENDPOINT


@given(st.sampled_from(["list_roles", "list_object_versions", "list_models", "list_collections", "list_work_groups"]))
def test_a_last_page_has_no_next(operation: str) -> None:
    services = {
        "list_roles": "iam",
        "list_object_versions": "s3",
        "list_collections": "opensearchserverless",
        "list_work_groups": "athena",
    }
    assert next_page(services.get(operation, "sagemaker"), operation, {}) == {}


def test_the_next_page_is_asked_for_as_each_service_wants_it() -> None:
    assert next_page("iam", "list_roles", {"IsTruncated": True, "Marker": "m"}) == {"Marker": "m"}
    assert next_page("iam", "list_roles", {"IsTruncated": False, "Marker": "m"}) == {}
    assert next_page("opensearchserverless", "list_collections", {"nextToken": "t"}) == {"nextToken": "t"}
    answer = {"IsTruncated": True, "NextKeyMarker": "k", "NextVersionIdMarker": "v"}
    assert next_page("s3", "list_object_versions", answer) == {"KeyMarker": "k", "VersionIdMarker": "v"}


@given(st.dictionaries(st.sampled_from("abc"), st.text(max_size=3)), st.text(max_size=5))
def test_templates_leave_out_what_is_missing(fields: dict[str, str], constant: str) -> None:
    params = fill({"x": "{a}", "y": {"z": "{b}"}, "w": ["{c}"], "v": 7}, fields)
    assert params.get("x") == (fields.get("a") or None)
    assert params["w"] == ([fields["c"]] if fields.get("c") else [])
    assert params["v"] == 7
    text = fill_exactly("s3://{a}/{b}", fields)
    assert (text is None) == (not fields.get("a") or not fields.get("b"))


def test_paths_lead_through_members_and_positions() -> None:
    data = {"a": [{"b": {"c": 1}}]}
    assert get(data, "a.0.b.c") == 1
    assert get(data, "a.1.b") is None
    assert get(data, "a.b") is None
    assert get(data, "") == data
