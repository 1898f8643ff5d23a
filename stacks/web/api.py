"""One REST API for page, sign-in, chat and board: one origin, and a stream where an answer takes its time.

https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
"""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from stacks.common.acknowledge import acknowledge, acknowledge_all
from stacks.web.functions import CHAT_TIMEOUT, ChatFunction, PageFunction
from stacks.web.users import Users

STAGE = "workshop"
RATE, BURST = 200, 1_000
"""Requests a second and at once, of all: a room that opens the page together asks for some thousand files."""
SIGN_INS, SIGN_INS_AT_ONCE = 20, 60
CHATS, CHATS_AT_ONCE = 20, 60


class WebApi(Construct):
    """Five methods. What needs a person is behind Cognito's authorizer, before any code of ours runs."""

    def __init__(
        self, scope: Construct, construct_id: str, *, users: Users, page: PageFunction, chat: ChatFunction
    ) -> None:
        """Create the API with its one stage."""
        super().__init__(scope, construct_id)
        self.api = apigateway.RestApi(
            self,
            "Api",
            description="The page of the workshop",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=False,
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                throttling_rate_limit=RATE,
                throttling_burst_limit=BURST,
                metrics_enabled=True,
                method_options={
                    "/api/session/{step}/POST": _limits(SIGN_INS, SIGN_INS_AT_ONCE),
                    "/api/chat/POST": _limits(CHATS, CHATS_AT_ONCE),
                },
            ),
        )
        self.api.node.try_remove_child("Endpoint")  # an output of the construct's own; ours is called WebAddress
        signed_in = {
            "authorizer": apigateway.CognitoUserPoolsAuthorizer(self, "SignedIn", cognito_user_pools=[users.pool]),
            "authorization_type": apigateway.AuthorizationType.COGNITO,
        }
        answered = _integration(page, apigateway.ResponseTransferMode.BUFFERED, None)
        streamed = _integration(chat, apigateway.ResponseTransferMode.STREAM, CHAT_TIMEOUT)
        root = self.api.root
        paths = root.add_resource("api")
        public = [
            root.add_method("GET", answered),
            root.add_resource("{file+}").add_method("GET", answered),
            paths.add_resource("session").add_resource("{step}").add_method("POST", answered),
        ]
        paths.add_resource("{path+}").add_method("ANY", answered, **signed_in)  # type: ignore[arg-type]  # jsii
        paths.add_resource("chat").add_method("POST", streamed, **signed_in)  # type: ignore[arg-type]  # jsii
        for method in public:
            reason = "The page itself and the sign-in are for people who are not signed in yet"
            acknowledge_all(method, {"AwsSolutions-APIG4": reason, "AwsSolutions-COG4": reason})
        _acknowledge(self.api)

    @property
    def address(self) -> str:
        """Of the page; the last slash belongs to it."""
        return self.api.deployment_stage.url_for_path("/")


def _limits(rate: int, burst: int) -> apigateway.MethodDeploymentOptions:
    return apigateway.MethodDeploymentOptions(
        throttling_rate_limit=rate, throttling_burst_limit=burst, metrics_enabled=True
    )


def _integration(
    function: PageFunction | ChatFunction, mode: apigateway.ResponseTransferMode, timeout: cdk.Duration | None
) -> apigateway.LambdaIntegration:
    return apigateway.LambdaIntegration(
        function,
        scope_permission_to_method=False,
        response_transfer_mode=mode,
        timeout=timeout,
    )


def _acknowledge(api: apigateway.RestApi) -> None:
    no_log = (
        "A log needs a role in the settings of the whole account, which other workloads share; the functions log every "
        "request without what people wrote"
    )
    acknowledge_all(
        api.deployment_stage,
        {
            "AwsSolutions-APIG1": no_log,
            "AwsSolutions-APIG6": no_log,
            "Serverless-APIGWAccessLogging": no_log,
            "Serverless-APIGWXrayEnabled": "One function behind each method, and its log has every request",
        },
    )
    acknowledge(
        api.deployment_stage,
        "AwsSolutions-APIG3",
        "A web ACL costs by the month; the room is one address, so rules by address would lock everybody out",
    )
    acknowledge(
        api, "AwsSolutions-APIG2", "The functions validate every body against a model that allows no unknown key"
    )
