"""Bedrock: guardrails, models that cost by the hour, jobs; agents, flows, prompts and knowledge bases."""

# fmt: off
from dataclasses import replace

from workshop.teardown.kinds import hooks
from workshop.teardown.kinds.kind import Child, Cost, Describe, Kind, Linked, Lister, call
from workshop.teardown.kinds.tags import BEDROCK, RESOURCE_ARN, SAGEMAKER

_AGENT = "arn:aws:bedrock:{region}:{account}"

KINDS = (
    Kind(
        # Without a version, all versions go.
        name="br-guardrail", service="bedrock", find=Lister("list_guardrails", "guardrails"),
        id="id", arn="arn", created="createdAt", status="status", proofs=(BEDROCK,),
        describe=Describe(call("get_guardrail", guardrailIdentifier="{id}")),
        delete=call("delete_guardrail", guardrailIdentifier="{id}"), cfn="AWS::Bedrock::Guardrail",
        after=("br-agent", "br-flow", "ac-harness", "ac-gateway", "br-enforced-guardrail"),
    ),
    Kind(
        # A setting of the whole account; only one that enforces a guardrail of ours is ours.
        name="br-enforced-guardrail", service="bedrock", id="configId", created="createdAt",
        find=Lister("list_enforced_guardrails_configuration", "guardrailsConfig"),
        arn="arn:aws:bedrock:{region}:{account}:enforced-guardrail/{configId}",
        proofs=(Linked("br-guardrail", "guardrailId"),),
        delete=call("delete_enforced_guardrail_configuration", configId="{id}"),
        cfn="AWS::Bedrock::EnforcedGuardrailConfiguration",
    ),
    Kind(
        name="br-inference-profile", service="bedrock",
        find=Lister("list_inference_profiles", "inferenceProfileSummaries", {"typeEquals": "APPLICATION"}),
        id="inferenceProfileId", arn="inferenceProfileArn", created="createdAt", proofs=(BEDROCK,),
        describe=Describe(call("get_inference_profile", inferenceProfileIdentifier="{arn}")),
        delete=call("delete_inference_profile", inferenceProfileIdentifier="{arn}"), after=("br-agent", "br-flow"),
        cfn="AWS::Bedrock::ApplicationInferenceProfile",
    ),
    Kind(
        name="br-prompt-router", service="bedrock",
        find=Lister("list_prompt_routers", "promptRouterSummaries", {"type": "custom"}),
        id="promptRouterName", arn="promptRouterArn", created="createdAt", proofs=(BEDROCK,),
        describe=Describe(call("get_prompt_router", promptRouterArn="{arn}")),
        delete=call("delete_prompt_router", promptRouterArn="{arn}"), cfn="AWS::Bedrock::IntelligentPromptRouter",
    ),
    Kind(
        # Cannot be deleted before the commitment is over; then the report says so.
        name="br-provisioned-throughput", service="bedrock",
        find=Lister("list_provisioned_model_throughputs", "provisionedModelSummaries"),
        id="provisionedModelName", arn="provisionedModelArn", created="creationTime", status="status",
        proofs=(BEDROCK,), describe=Describe(call("get_provisioned_model_throughput", provisionedModelId="{arn}")),
        delete=call("delete_provisioned_model_throughput", provisionedModelId="{arn}"), cost=Cost.HOURLY,
    ),
    Kind(
        name="br-custom-model", service="bedrock",
        find=Lister("list_custom_models", "modelSummaries", {"isOwned": True}),
        id="modelName", arn="modelArn", created="creationTime", status="modelStatus", proofs=(BEDROCK,),
        describe=Describe(call("get_custom_model", modelIdentifier="{arn}")), cost=Cost.STORED,
        delete=call("delete_custom_model", modelIdentifier="{arn}"),
        after=("br-provisioned-throughput", "br-custom-model-deployment"),
    ),
    Kind(
        name="br-custom-model-deployment", service="bedrock",
        find=Lister("list_custom_model_deployments", "modelDeploymentSummaries"),
        id="customModelDeploymentName", arn="customModelDeploymentArn", created="createdAt", status="status",
        proofs=(BEDROCK,), cost=Cost.HOURLY,
        describe=Describe(call("get_custom_model_deployment", customModelDeploymentIdentifier="{arn}")),
        delete=call("delete_custom_model_deployment", customModelDeploymentIdentifier="{arn}"),
    ),
    Kind(
        name="br-imported-model", service="bedrock", find=Lister("list_imported_models", "modelSummaries"),
        id="modelName", arn="modelArn", created="creationTime", proofs=(BEDROCK,), cost=Cost.STORED,
        describe=Describe(call("get_imported_model", modelIdentifier="{arn}")),
        delete=call("delete_imported_model", modelIdentifier="{arn}"),
    ),
    Kind(
        name="br-customization-job", service="bedrock",
        find=Lister("list_model_customization_jobs", "modelCustomizationJobSummaries"),
        id="jobName", arn="jobArn", created="creationTime", status="status", proofs=(BEDROCK,), cost=Cost.HOURLY,
        describe=Describe(call("get_model_customization_job", jobIdentifier="{arn}")),
        running=("InProgress",), stop=call("stop_model_customization_job", jobIdentifier="{arn}"),
    ),
    Kind(
        name="br-invocation-job", service="bedrock",
        find=Lister("list_model_invocation_jobs", "invocationJobSummaries"),
        id="jobName", arn="jobArn", created="submitTime", status="status", proofs=(BEDROCK,), cost=Cost.HOURLY,
        describe=Describe(call("get_model_invocation_job", jobIdentifier="{arn}")),
        running=("Submitted", "InProgress", "Validating", "Scheduled"),
        stop=call("stop_model_invocation_job", jobIdentifier="{arn}"),
    ),
    Kind(
        name="br-evaluation-job", service="bedrock", find=Lister("list_evaluation_jobs", "jobSummaries"),
        id="jobName", arn="jobArn", created="creationTime", status="status", proofs=(BEDROCK,), cost=Cost.HOURLY,
        describe=Describe(call("get_evaluation_job", jobIdentifier="{arn}")),
        running=("InProgress",), stop=call("stop_evaluation_job", jobIdentifier="{arn}"),
        delete=call("batch_delete_evaluation_job", jobIdentifiers=["{arn}"]),
    ),
    Kind(
        name="br-prompt-optimization-job", service="bedrock",
        find=Lister("list_advanced_prompt_optimization_jobs", "jobSummaries"),
        id="jobName", arn="jobArn", created="creationTime", status="jobStatus", proofs=(BEDROCK,), cost=Cost.HOURLY,
        describe=Describe(call("get_advanced_prompt_optimization_job", jobIdentifier="{arn}")),
        running=("InProgress",), stop=call("stop_advanced_prompt_optimization_job", jobIdentifier="{arn}"),
        delete=call("batch_delete_advanced_prompt_optimization_job", jobIdentifiers=["{arn}"]),
    ),
    Kind(
        name="br-marketplace-endpoint", service="bedrock",
        find=Lister("list_marketplace_model_endpoints", "marketplaceModelEndpoints"),
        id="endpointArn", arn="endpointArn", created="createdAt", status="status", cost=Cost.HOURLY,
        proofs=(replace(SAGEMAKER, service="sagemaker"),),
        describe=Describe(call("get_marketplace_model_endpoint", endpointArn="{arn}"), "marketplaceModelEndpoint"),
        delete=call("delete_marketplace_model_endpoint", endpointArn="{arn}"),
    ),
    Kind(
        name="br-reasoning-policy", service="bedrock",
        find=Lister("list_automated_reasoning_policies", "automatedReasoningPolicySummaries"),
        id="policyId", arn="policyArn", created="createdAt", proofs=(BEDROCK,), after=("br-guardrail",),
        describe=Describe(call("get_automated_reasoning_policy", policyArn="{arn}")),
        delete=call("delete_automated_reasoning_policy", policyArn="{arn}", force=True),
        cfn="AWS::Bedrock::AutomatedReasoningPolicy",
    ),
    Kind(
        name="br-agent-alias", service="bedrock-agent",
        find=Lister("list_agent_aliases", "agentAliasSummaries", {"agentId": "{id}"}, parent="br-agent"),
        id="agentAliasId", arn=_AGENT + ":agent-alias/{parent}/{agentAliasId}", created="createdAt",
        status="agentAliasStatus", skip=("TSTALIASID",), proofs=(Child(),),
        describe=Describe(call("get_agent_alias", agentId="{parent}", agentAliasId="{id}"), "agentAlias"),
        delete=call("delete_agent_alias", agentId="{parent}", agentAliasId="{id}"), cfn="AWS::Bedrock::AgentAlias",
    ),
    Kind(
        name="br-agent", service="bedrock-agent", find=Lister("list_agents", "agentSummaries"),
        id="agentId", arn=_AGENT + ":agent/{agentId}", status="agentStatus", proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_agent", agentId="{id}"), "agent"), after=("br-agent-alias",),
        prepare=hooks.dismiss_collaborators, uses=("disassociate_agent_collaborator",),
        delete=call("delete_agent", agentId="{id}", skipResourceInUseCheck=True), cfn="AWS::Bedrock::Agent",
    ),
    Kind(
        name="br-flow-alias", service="bedrock-agent",
        find=Lister("list_flow_aliases", "flowAliasSummaries", {"flowIdentifier": "{id}"}, parent="br-flow"),
        id="id", arn="arn", created="createdAt", skip=("TSTALIASID",), proofs=(Child(),),
        describe=Describe(call("get_flow_alias", flowIdentifier="{parent}", aliasIdentifier="{id}")),
        delete=call("delete_flow_alias", flowIdentifier="{parent}", aliasIdentifier="{id}"),
        cfn="AWS::Bedrock::FlowAlias",
    ),
    Kind(
        name="br-flow", service="bedrock-agent", find=Lister("list_flows", "flowSummaries"),
        id="id", arn="arn", created="createdAt", proofs=(RESOURCE_ARN,), after=("br-flow-alias",),
        describe=Describe(call("get_flow", flowIdentifier="{id}")),
        delete=call("delete_flow", flowIdentifier="{id}", skipResourceInUseCheck=True), cfn="AWS::Bedrock::Flow",
    ),
    Kind(
        name="br-prompt", service="bedrock-agent", find=Lister("list_prompts", "promptSummaries"),
        id="id", arn="arn", created="createdAt", proofs=(RESOURCE_ARN,), after=("br-flow", "br-agent"),
        describe=Describe(call("get_prompt", promptIdentifier="{id}")),
        delete=call("delete_prompt", promptIdentifier="{id}"), cfn="AWS::Bedrock::Prompt",
    ),
    Kind(
        name="br-ingestion-job", service="bedrock-agent",
        find=Lister("list_ingestion_jobs", "ingestionJobSummaries",
                    {"knowledgeBaseId": "{knowledgeBaseId}", "dataSourceId": "{id}"}, parent="br-data-source"),
        id="ingestionJobId", created="startedAt", status="status", running=("STARTING", "IN_PROGRESS"),
        arn=_AGENT + ":knowledge-base/{knowledgeBaseId}/{dataSourceId}/{ingestionJobId}", proofs=(Child(),),
        describe=Describe(call("get_ingestion_job", knowledgeBaseId="{knowledgeBaseId}",
                               dataSourceId="{dataSourceId}", ingestionJobId="{id}"), "ingestionJob"),
        stop=call("stop_ingestion_job", knowledgeBaseId="{knowledgeBaseId}", dataSourceId="{dataSourceId}",
                  ingestionJobId="{id}"), gone=("COMPLETE", "FAILED", "STOPPED"),
    ),
    Kind(
        # The vector store goes anyway, so its rows need not be deleted one by one; and they could not be, once a role,
        # an index or a policy is gone (bedrock/latest/userguide/kb-ds-delete).
        name="br-data-source", service="bedrock-agent", after=("br-ingestion-job",),
        find=Lister("list_data_sources", "dataSourceSummaries", {"knowledgeBaseId": "{id}"}, parent="br-kb"),
        id="dataSourceId", arn=_AGENT + ":knowledge-base/{knowledgeBaseId}/{dataSourceId}", status="status",
        describe=Describe(call("get_data_source", knowledgeBaseId="{knowledgeBaseId}", dataSourceId="{id}"),
                          "dataSource"),
        proofs=(Child(),), prepare=hooks.retain_vectors, uses=("update_data_source",), cfn="AWS::Bedrock::DataSource",
        delete=call("delete_data_source", knowledgeBaseId="{knowledgeBaseId}", dataSourceId="{id}"),
    ),
    Kind(
        name="br-kb", service="bedrock-agent", find=Lister("list_knowledge_bases", "knowledgeBaseSummaries"),
        id="knowledgeBaseId", arn=_AGENT + ":knowledge-base/{knowledgeBaseId}", status="status",
        proofs=(RESOURCE_ARN,), describe=Describe(call("get_knowledge_base", knowledgeBaseId="{id}"), "knowledgeBase"),
        delete=call("delete_knowledge_base", knowledgeBaseId="{id}"),
        after=("br-data-source", "br-agent", "br-flow", "ac-harness", "ac-gateway-target"),
        cfn="AWS::Bedrock::KnowledgeBase",
    ),
)
