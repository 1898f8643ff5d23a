"""The guardrail, built from the policy in `policy.toml`."""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from constructs import Construct

from stacks.common.customer_key import CustomerKey
from stacks.common.synthesizer import digest_of
from stacks.regions import GuardrailProfile
from stacks.safety.deployed import DeployedGuardrail
from stacks.safety.policy import GuardrailPolicy

Guardrail = bedrock.CfnGuardrail


class WorkshopGuardrail(Construct):
    """The guardrail and a numbered version that is made anew whenever the policy changes.

    https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-versions-create.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        policy: GuardrailPolicy,
        profile: GuardrailProfile,
        key: CustomerKey | None,
    ) -> None:
        """Create the construct.

        Args:
            profile: cross-region profile of this region, which the STANDARD tier requires.
        """
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        partition = stack.partition
        account = cdk.Aws.ACCOUNT_ID

        def profile_arn(region: str) -> str:
            return f"arn:{partition}:bedrock:{region}:{account}:guardrail-profile/{profile.id}"

        guardrail = Guardrail(
            self,
            "Guardrail",
            name=workshop_id,
            description=policy.description,
            kms_key_arn=key.arn if key else None,
            blocked_input_messaging=policy.blocked_input,
            blocked_outputs_messaging=policy.blocked_output,
            cross_region_config=Guardrail.GuardrailCrossRegionConfigProperty(
                guardrail_profile_arn=profile_arn(stack.region)
            ),
            content_policy_config=_content_filters(policy),
            topic_policy_config=_topics(policy),
            word_policy_config=_words(policy),
            sensitive_information_policy_config=_personal_data(policy),
            contextual_grounding_policy_config=_grounding(policy),
        )
        version = bedrock.CfnGuardrailVersion(
            self,
            "Version",
            guardrail_identifier=guardrail.attr_guardrail_id,
            # A version is a snapshot: only another description makes CloudFormation take a new one.
            description=f"Policy {digest_of('GuardrailIdentifier')}",
        )
        # Other stacks name the old version until they are deployed in their turn; it goes with its guardrail.
        version.cfn_options.update_replace_policy = cdk.CfnDeletionPolicy.RETAIN
        version.cfn_options.deletion_policy = cdk.CfnDeletionPolicy.DELETE
        self.deployed = DeployedGuardrail(
            guardrail_id=guardrail.attr_guardrail_id,
            arn=guardrail.attr_guardrail_arn,
            version=version.attr_version,
            profile_arns=tuple(profile_arn(region) for region in profile.destination_regions),
            canary=policy.words.canary,
            key=key,
        )


def _content_filters(policy: GuardrailPolicy) -> Guardrail.ContentPolicyConfigProperty:
    return Guardrail.ContentPolicyConfigProperty(
        content_filters_tier_config=Guardrail.ContentFiltersTierConfigProperty(tier_name=policy.tier),
        filters_config=[
            Guardrail.ContentFilterConfigProperty(
                type=each.type, input_strength=each.input, output_strength=each.output
            )
            for each in policy.content_filters
        ],
    )


def _topics(policy: GuardrailPolicy) -> Guardrail.TopicPolicyConfigProperty:
    return Guardrail.TopicPolicyConfigProperty(
        topics_tier_config=Guardrail.TopicsTierConfigProperty(tier_name=policy.tier),
        topics_config=[
            Guardrail.TopicConfigProperty(
                name=each.name, type="DENY", definition=each.definition, examples=list(each.examples)
            )
            for each in policy.topics
        ],
    )


def _words(policy: GuardrailPolicy) -> Guardrail.WordPolicyConfigProperty:
    return Guardrail.WordPolicyConfigProperty(
        managed_word_lists_config=[
            Guardrail.ManagedWordsConfigProperty(type=each) for each in policy.words.managed_lists
        ],
        words_config=list(_custom_words(policy)),
    )


def _custom_words(policy: GuardrailPolicy) -> Iterator[Guardrail.WordConfigProperty]:
    # Let in, because a service that shows the instruction to the guardrail would refuse every question otherwise.
    yield Guardrail.WordConfigProperty(text=policy.words.canary, input_enabled=False, output_action="BLOCK")
    for text in policy.words.custom:
        yield Guardrail.WordConfigProperty(text=text)


def _personal_data(policy: GuardrailPolicy) -> Guardrail.SensitiveInformationPolicyConfigProperty:
    return Guardrail.SensitiveInformationPolicyConfigProperty(
        pii_entities_config=[
            Guardrail.PiiEntityConfigProperty(type=each.type, action=each.action) for each in policy.pii
        ],
        regexes_config=[
            Guardrail.RegexConfigProperty(
                name=each.name, description=each.description, pattern=each.pattern, action=each.action
            )
            for each in policy.regexes
        ],
    )


def _grounding(policy: GuardrailPolicy) -> Guardrail.ContextualGroundingPolicyConfigProperty:
    return Guardrail.ContextualGroundingPolicyConfigProperty(
        filters_config=[
            Guardrail.ContextualGroundingFilterConfigProperty(
                type=each.type, threshold=each.threshold, action=each.action
            )
            for each in policy.grounding
        ]
    )
