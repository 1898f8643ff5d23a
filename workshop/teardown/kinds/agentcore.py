"""Bedrock AgentCore: harnesses, runtimes, gateways, memories, tools, identity, evaluation."""

# fmt: off
from workshop.teardown.kinds.kind import Child, Cost, Describe, Kind, Lister, Named, Trace, call
from workshop.teardown.kinds.tags import RESOURCE_ARN

_S = "bedrock-agentcore-control"
_ARN = "arn:aws:bedrock-agentcore:{region}:{account}"

KINDS = (
    Kind(
        name="ac-harness-endpoint", service=_S,
        find=Lister("list_harness_endpoints", "endpoints", {"harnessId": "{id}"}, parent="ac-harness"),
        id="endpointName", arn="arn", created="createdAt", status="status", skip=("DEFAULT",), proofs=(Child(),),
        describe=Describe(call("get_harness_endpoint", harnessId="{harnessId}", endpointName="{id}"), "endpoint"),
        delete=call("delete_harness_endpoint", harnessId="{harnessId}", endpointName="{id}"),
        cfn="AWS::BedrockAgentCore::HarnessEndpoint",
    ),
    Kind(
        name="ac-harness", service=_S, find=Lister("list_harnesses", "harnesses"), after=("ac-harness-endpoint",),
        id="harnessId", arn="arn", created="createdAt", status="status", proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_harness", harnessId="{id}"), "harness"),
        delete=call("delete_harness", harnessId="{id}"), cfn="AWS::BedrockAgentCore::Harness",
        leaves_behind=(Trace("log-group", "/aws/bedrock-agentcore/runtimes/{id}-DEFAULT"),),
    ),
    Kind(
        # The DEFAULT endpoint goes with the runtime and cannot go before it.
        name="ac-runtime-endpoint", service=_S,
        find=Lister("list_agent_runtime_endpoints", "runtimeEndpoints", {"agentRuntimeId": "{id}"},
                    parent="ac-runtime"),
        id="name", arn="agentRuntimeEndpointArn", created="createdAt", status="status", skip=("DEFAULT",),
        proofs=(Child(),), cfn="AWS::BedrockAgentCore::RuntimeEndpoint",
        describe=Describe(call("get_agent_runtime_endpoint", agentRuntimeId="{parent}", endpointName="{id}")),
        delete=call("delete_agent_runtime_endpoint", agentRuntimeId="{parent}", endpointName="{id}"),
    ),
    Kind(
        name="ac-runtime", service=_S, find=Lister("list_agent_runtimes", "agentRuntimes"),
        id="agentRuntimeId", arn="agentRuntimeArn", status="status", proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_agent_runtime", agentRuntimeId="{id}")),
        delete=call("delete_agent_runtime", agentRuntimeId="{id}"),
        after=("ac-runtime-endpoint", "ac-harness", "ac-gateway-target"), cfn="AWS::BedrockAgentCore::Runtime",
        leaves_behind=(Trace("log-group", "/aws/bedrock-agentcore/runtimes/{id}-DEFAULT"),),
    ),
    Kind(
        name="ac-gateway-target", service=_S, proofs=(Child(),), status="status", created="createdAt",
        find=Lister("list_gateway_targets", "items", {"gatewayIdentifier": "{id}"}, parent="ac-gateway"),
        id="targetId", arn=_ARN + ":gateway/{parent}/target/{targetId}", after=("ac-harness",),
        describe=Describe(call("get_gateway_target", gatewayIdentifier="{parent}", targetId="{id}")),
        delete=call("delete_gateway_target", gatewayIdentifier="{parent}", targetId="{id}"),
        cfn="AWS::BedrockAgentCore::GatewayTarget",
    ),
    Kind(
        name="ac-gateway-rule", service=_S, proofs=(Child(),), status="status", created="createdAt",
        find=Lister("list_gateway_rules", "gatewayRules", {"gatewayIdentifier": "{id}"}, parent="ac-gateway"),
        id="ruleId", arn=_ARN + ":gateway/{parent}/rule/{ruleId}",
        describe=Describe(call("get_gateway_rule", gatewayIdentifier="{parent}", ruleId="{id}")),
        delete=call("delete_gateway_rule", gatewayIdentifier="{parent}", ruleId="{id}"),
        cfn="AWS::BedrockAgentCore::GatewayRule",
    ),
    Kind(
        name="ac-gateway", service=_S, find=Lister("list_gateways", "items"), id="gatewayId",
        arn=_ARN + ":gateway/{gatewayId}", created="createdAt", status="status", proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_gateway", gatewayIdentifier="{id}")),
        delete=call("delete_gateway", gatewayIdentifier="{id}"),
        after=("ac-gateway-target", "ac-gateway-rule", "ac-harness"), cfn="AWS::BedrockAgentCore::Gateway",
    ),
    Kind(
        name="ac-memory", service=_S, find=Lister("list_memories", "memories"), after=("ac-harness", "ac-runtime"),
        id="id", arn="arn", created="createdAt", status="status", proofs=(RESOURCE_ARN,), cost=Cost.STORED,
        describe=Describe(call("get_memory", memoryId="{id}"), "memory"),
        delete=call("delete_memory", memoryId="{id}"), cfn="AWS::BedrockAgentCore::Memory",
    ),
    Kind(
        name="ac-browser", service=_S, find=Lister("list_browsers", "browserSummaries", {"type": "CUSTOM"}),
        id="browserId", arn="browserArn", created="createdAt", status="status", proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_browser", browserId="{id}")), after=("ac-harness", "ac-runtime"),
        delete=call("delete_browser", browserId="{id}"), cfn="AWS::BedrockAgentCore::BrowserCustom",
    ),
    Kind(
        name="ac-browser-profile", service=_S, find=Lister("list_browser_profiles", "profileSummaries"),
        id="profileId", arn="profileArn", created="createdAt", status="status", proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_browser_profile", profileId="{id}")), after=("ac-browser",),
        delete=call("delete_browser_profile", profileId="{id}"), cost=Cost.STORED,
        cfn="AWS::BedrockAgentCore::BrowserProfile",
    ),
    Kind(
        name="ac-code-interpreter", service=_S, id="codeInterpreterId", arn="codeInterpreterArn", created="createdAt",
        find=Lister("list_code_interpreters", "codeInterpreterSummaries", {"type": "CUSTOM"}), status="status",
        describe=Describe(call("get_code_interpreter", codeInterpreterId="{id}")), proofs=(RESOURCE_ARN,),
        delete=call("delete_code_interpreter", codeInterpreterId="{id}"), after=("ac-harness", "ac-runtime"),
        cfn="AWS::BedrockAgentCore::CodeInterpreterCustom",
    ),
    Kind(
        name="ac-policy", service=_S, id="policyId", arn="policyArn", created="createdAt", status="status",
        find=Lister("list_policies", "policies", {"policyEngineId": "{id}"}, parent="ac-policy-engine"),
        describe=Describe(call("get_policy", policyEngineId="{policyEngineId}", policyId="{id}")), proofs=(Child(),),
        delete=call("delete_policy", policyEngineId="{policyEngineId}", policyId="{id}"),
        cfn="AWS::BedrockAgentCore::Policy",
    ),
    Kind(
        # Cannot be created with a tag condition: attendees are denied it, and the deployment's carry its name.
        name="ac-policy-engine", service=_S, find=Lister("list_policy_engines", "policyEngines"),
        id="policyEngineId", arn="policyEngineArn", created="createdAt", status="status",
        proofs=(RESOURCE_ARN, Named()),
        describe=Describe(call("get_policy_engine", policyEngineId="{id}")), after=("ac-policy", "ac-gateway"),
        delete=call("delete_policy_engine", policyEngineId="{id}"),
        cfn="AWS::BedrockAgentCore::PolicyEngine",
    ),
    Kind(
        name="ac-online-evaluation", service=_S,
        find=Lister("list_online_evaluation_configs", "onlineEvaluationConfigs"),
        id="onlineEvaluationConfigId", arn="onlineEvaluationConfigArn", created="createdAt", status="status",
        proofs=(RESOURCE_ARN,), cost=Cost.HOURLY,
        describe=Describe(call("get_online_evaluation_config", onlineEvaluationConfigId="{id}")),
        delete=call("delete_online_evaluation_config", onlineEvaluationConfigId="{id}"),
        cfn="AWS::BedrockAgentCore::OnlineEvaluationConfig",
    ),
    Kind(
        name="ac-evaluator", service=_S, find=Lister("list_evaluators", "evaluators"), id="evaluatorId",
        arn="evaluatorArn", created="createdAt", status="status", proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_evaluator", evaluatorId="{id}")), after=("ac-online-evaluation",),
        delete=call("delete_evaluator", evaluatorId="{id}"),
        cfn="AWS::BedrockAgentCore::Evaluator",
    ),
    Kind(
        name="ac-dataset", service=_S, find=Lister("list_datasets", "datasets"), id="datasetId", arn="datasetArn",
        created="createdAt", status="status", proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_dataset", datasetId="{id}")),
        delete=call("delete_dataset", datasetId="{id}"), cost=Cost.STORED,
        cfn="AWS::BedrockAgentCore::Dataset",
    ),
    Kind(
        # The secrets are made by the service and usually go with the provider.
        name="ac-apikey-provider", service=_S, id="name", arn="credentialProviderArn", created="createdTime",
        find=Lister("list_api_key_credential_providers", "credentialProviders"), proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_api_key_credential_provider", name="{id}")),
        delete=call("delete_api_key_credential_provider", name="{id}"), after=("ac-gateway-target", "ac-harness"),
        leaves_behind=(Trace("secret", "{apiKeySecretArn.secretArn}", ask=True),),
        cfn="AWS::BedrockAgentCore::ApiKeyCredentialProvider",
    ),
    Kind(
        name="ac-oauth2-provider", service=_S, id="name", arn="credentialProviderArn", created="createdTime",
        find=Lister("list_oauth2_credential_providers", "credentialProviders"), proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_oauth2_credential_provider", name="{id}")),
        delete=call("delete_oauth2_credential_provider", name="{id}"), after=("ac-gateway-target", "ac-harness"),
        leaves_behind=(Trace("secret", "{clientSecretArn.secretArn}", ask=True),),
        cfn="AWS::BedrockAgentCore::OAuth2CredentialProvider",
    ),
    Kind(
        # Those of runtimes and gateways belong to the service and go with them; the rest is ours to delete.
        name="ac-workload-identity", service=_S, find=Lister("list_workload_identities", "workloadIdentities"),
        id="name", arn="workloadIdentityArn", proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_workload_identity", name="{id}")),
        delete=call("delete_workload_identity", name="{id}"),
        after=("ac-runtime", "ac-gateway", "ac-harness"), cfn="AWS::BedrockAgentCore::WorkloadIdentity",
    ),
)
