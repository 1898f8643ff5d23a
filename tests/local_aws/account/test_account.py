"""An account in process: which listings are really answered, and which only say that there is nothing."""

import pytest

from local_aws.account.account import account, answers
from local_aws.framework import ApiError, World

LISTINGS = {"sagemaker": {"list_pipelines", "list_hubs"}, "glacier": {"list_vaults"}}


def test_a_listing_that_nobody_does_says_that_there_is_nothing() -> None:
    services = account(World(), LISTINGS)
    assert services.call("sagemaker", "ListHubs") == {"HubSummaries": []}
    assert services.call("glacier", "ListVaults", accountId="-") == {}
    assert not answers(services, "sagemaker", "list_hubs")
    assert not answers(services, "glacier", "list_vaults")


def test_a_listing_that_a_stand_in_does_is_really_answered() -> None:
    services = account(World(), LISTINGS)
    pipeline = {
        "PipelineName": "p",
        "ClientRequestToken": "x" * 32,
        "RoleArn": "arn:aws:iam::111122223333:role/role-of-p",
    }
    services.call("sagemaker", "CreatePipeline", **pipeline)
    assert [each["PipelineName"] for each in services.call("sagemaker", "ListPipelines")["PipelineSummaries"]] == ["p"]
    assert answers(services, "sagemaker", "list_pipelines")


def test_only_what_was_asked_for_is_empty() -> None:
    with pytest.raises(ApiError, match="does not do ListHumanTaskUis"):
        account(World(), LISTINGS).call("sagemaker", "ListHumanTaskUis")


def test_stand_ins_of_one_account_find_one_another() -> None:
    services = account(World(), {})
    assert services["sagemaker"].neighbours["logs"] is services["logs"]
    assert services["sagemaker"].neighbours["logs"] is not account(World(), {})["logs"]
