"""Bedrock's model invocation logging: one setting per account and region, borrowed for the time of the workshop.

Create saves the setting that is there and puts ours; Delete puts the saved one back. A setting that somebody else has
put meanwhile is theirs: it is left alone and the answer says so. There is no CloudFormation type for it
(docs.aws.amazon.com/bedrock/latest/APIReference/API_PutModelInvocationLoggingConfiguration.html).
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from pydantic import BaseModel, ConfigDict, Field

RETRY_SECONDS = 60
RETRY_EVERY_SECONDS = 5
DATA_KINDS = ("text", "image", "embedding", "video", "audio")
NEWER_SETTINGS = ("videoDataDeliveryEnabled", "audioDataDeliveryEnabled")
"""Not in every SDK that a Lambda runtime may have; left out, they are off."""
NO_CONFIGURATION: dict[str, Any] = {}

logger = Logger(service="invocation_logging")


class Properties(BaseModel):
    """The custom resource's properties; CloudFormation sends every value as text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service_token: str = Field(alias="ServiceToken")
    service_timeout: str = Field(default="", alias="ServiceTimeout")
    parameter_name: str = Field(alias="SavedConfigurationParameter", min_length=1)
    """SSM parameter that keeps the saved setting. Cannot change in an update."""
    workshop_id: str = Field(alias="WorkshopId", min_length=1)
    """Value of the parameter's tag `workshop:id`."""
    log_group_name: str = Field(alias="LogGroupName", min_length=1)
    role_arn: str = Field(alias="RoleArn", min_length=1)
    bucket_name: str = Field(alias="BucketName", min_length=1)
    key_prefix: str = Field(alias="KeyPrefix")

    def configuration(self) -> dict[str, Any]:
        """Ours, as the API wants it. Text only: images and embeddings are large and say little about a class.

        Every call is in the log group, to search, and in the bucket, which also takes what is too large for the log.
        """
        bucket = {"bucketName": self.bucket_name, "keyPrefix": self.key_prefix}
        cloudwatch = {
            "logGroupName": self.log_group_name,
            "roleArn": self.role_arn,
            "largeDataDeliveryS3Config": bucket,
        }
        kinds = {f"{kind}DataDeliveryEnabled": kind == "text" for kind in DATA_KINDS}
        return {"cloudWatchConfig": cloudwatch, "s3Config": bucket, **kinds}


class LoggingSetting:
    """The setting of this account and region, and the parameter with the saved one."""

    def __init__(
        self,
        bedrock: Any,
        ssm: Any,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bedrock = bedrock
        self._ssm = ssm
        self._sleep = sleep
        self._now = now

    def create(self, wanted: Properties) -> str:
        """Gives one sentence on what was done. May be repeated: CloudFormation repeats what it got no answer for."""
        present = self._present()
        if not _same(present, wanted.configuration()):
            self._save(wanted, present)
        elif self._saved(wanted) is None:
            self._save(wanted, NO_CONFIGURATION)
        self._put(wanted.configuration())
        return "The workshop's logging is on; the earlier setting is saved."

    def update(self, old: Properties, wanted: Properties) -> str:
        """Raises ValueError if the parameter's name changes."""
        if old.parameter_name != wanted.parameter_name:
            raise ValueError("SavedConfigurationParameter cannot change: the saved setting is in the old parameter.")
        present = self._present()
        if not _same(present, old.configuration()) and not _same(present, wanted.configuration()):
            return _left_alone("update")
        self._put(wanted.configuration())
        return "The workshop's logging is updated."

    def delete(self, ours: Properties) -> str:
        saved = self._saved(ours)
        if not _same(self._present(), ours.configuration()):
            message = "The workshop's logging was not on." if saved is None else _left_alone("delete")
        elif saved:
            message = self._restored(saved)
        else:
            self._bedrock.delete_model_invocation_logging_configuration()
            message = "Logging is off, as it was before the workshop."
        self._forget(ours)
        return message

    def _restored(self, saved: dict[str, Any]) -> str:
        try:
            self._put(saved)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":
                raise
            # Its log group, role or bucket is gone. Ours goes too, so switched off is the nearest to what was.
            self._bedrock.delete_model_invocation_logging_configuration()
            logger.warning("saved setting refused", extra={"saved": saved})
            return "AWS no longer accepts the saved setting, so logging is off. The function's log has the setting."
        return "The earlier setting is back."

    def _present(self) -> dict[str, Any]:
        answer: dict[str, Any] = self._bedrock.get_model_invocation_logging_configuration()
        return answer.get("loggingConfig") or NO_CONFIGURATION

    def _put(self, configuration: Mapping[str, Any]) -> None:
        """AWS checks the role by writing to the log group, which fails until IAM knows a new role everywhere, and which
        may take longer than a client waits."""
        deadline = self._now() + RETRY_SECONDS
        while True:
            try:
                self._put_known(configuration)
                return
            except (ClientError, BotoCoreError) as error:
                late = self._now() + RETRY_EVERY_SECONDS > deadline
                if late or not _may_pass(error):
                    raise
            self._sleep(RETRY_EVERY_SECONDS)

    def _put_known(self, configuration: Mapping[str, Any]) -> None:
        """Without the kinds of data that the runtime's SDK does not know yet."""
        put = self._bedrock.put_model_invocation_logging_configuration
        try:
            put(loggingConfig=configuration)
        except ParamValidationError:
            put(loggingConfig={key: value for key, value in configuration.items() if key not in NEWER_SETTINGS})

    def _saved(self, properties: Properties) -> dict[str, Any] | None:
        """The saved setting, empty if there was none; None if nothing was saved."""
        try:
            parameter = self._ssm.get_parameter(Name=properties.parameter_name)["Parameter"]
        except self._ssm.exceptions.ParameterNotFound:
            return None
        saved: dict[str, Any] = json.loads(parameter["Value"])
        return saved

    def _save(self, properties: Properties, configuration: Mapping[str, Any]) -> None:
        value = {"Name": properties.parameter_name, "Value": json.dumps(configuration), "Type": "String"}
        try:
            self._ssm.put_parameter(**value, Tags=[{"Key": "workshop:id", "Value": properties.workshop_id}])
        except self._ssm.exceptions.ParameterAlreadyExists:
            # Tags and Overwrite exclude each other (API_PutParameter.html); it has its tag since it was made.
            self._ssm.put_parameter(**value, Overwrite=True)

    def _forget(self, properties: Properties) -> None:
        try:
            self._ssm.delete_parameter(Name=properties.parameter_name)
        except self._ssm.exceptions.ParameterNotFound:
            return


def _may_pass(error: ClientError | BotoCoreError) -> bool:
    """True for a refusal of the role and for no answer in time; AWS has then done nothing, or the very same."""
    if isinstance(error, ClientError):
        return bool(error.response["Error"]["Code"] == "ValidationException")
    return not isinstance(error, ParamValidationError)


def _left_alone(action: str) -> str:
    logger.warning("somebody else has changed the setting", extra={"action": action})
    return "Somebody else has changed the account's invocation logging since; it was left as it is. Check it by hand."


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return _canonical(one) == _canonical(other)


def _canonical(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing: AWS leaves out empty values, and a kind of data that is off may be missing."""
    return {
        key: _canonical(value) if isinstance(value, Mapping) else value for key, value in configuration.items() if value
    }
