"""Rules for guardrails, and for the text that Bedrock accepts in names and tags."""

import re
from collections.abc import Iterator
from typing import Any

from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource
from stacks.checks.values import elements, get, known, known_text, objects, render
from stacks.safety.limits import (
    MAX_EXAMPLE,
    MAX_EXAMPLES,
    MAX_MESSAGE,
    MAX_REGEX,
    MAX_TOPIC_DEFINITION,
    MAX_TOPICS,
    MAX_WORD,
)

GUARDRAIL = "AWS::Bedrock::Guardrail"
BEDROCK_TYPES = (
    "AWS::Bedrock::Agent",
    "AWS::Bedrock::AgentAlias",
    "AWS::Bedrock::DataSource",
    GUARDRAIL,
    "AWS::Bedrock::KnowledgeBase",
    "AWS::Bedrock::Prompt",
)
NAME_PROPERTIES = ("Name", "AgentName", "AgentAliasName")
TAG_TEXT = re.compile(r"[a-zA-Z0-9\s._:/=+@-]*")


def check_prompt_attack(resource: Resource, context: Context) -> Iterator[Problem]:
    """Prompt attacks are looked for in what users write, never in answers."""
    for filter_ in objects(get(resource.properties, "ContentPolicyConfig.FiltersConfig")):
        strength = known_text(get(filter_, "OutputStrength"))
        if known_text(get(filter_, "Type")) == "PROMPT_ATTACK" and strength not in (None, "NONE"):
            yield Problem(
                f"The filter PROMPT_ATTACK has the output strength {strength}; only NONE is allowed.",
                "Set its OutputStrength to NONE.",
            )


def check_limits(resource: Resource, context: Context) -> Iterator[Problem]:
    """The stricter of the limits of the API and of the CloudFormation schema."""
    topics = objects(get(resource.properties, "TopicPolicyConfig.TopicsConfig"))
    if len(topics) > MAX_TOPICS:
        yield _too_long("The guardrail", f"{len(topics)} denied topics", MAX_TOPICS)
    for topic in topics:
        name = f"The topic {known_text(get(topic, 'Name'))}"
        yield from _text_limit(name, "Definition", get(topic, "Definition"), MAX_TOPIC_DEFINITION)
        examples = elements(get(topic, "Examples"))
        if len(examples) > MAX_EXAMPLES:
            yield _too_long(name, f"{len(examples)} examples", MAX_EXAMPLES)
        for example in examples:
            yield from _text_limit(name, "an example", example, MAX_EXAMPLE)
    for regex in objects(get(resource.properties, "SensitiveInformationPolicyConfig.RegexesConfig")):
        yield from _text_limit(
            f"The regex {known_text(get(regex, 'Name'))}", "Pattern", get(regex, "Pattern"), MAX_REGEX
        )
    for word in objects(get(resource.properties, "WordPolicyConfig.WordsConfig")):
        yield from _text_limit("The word list", "Text", get(word, "Text"), MAX_WORD)
    for message in ("BlockedInputMessaging", "BlockedOutputsMessaging"):
        yield from _text_limit("The guardrail", message, get(resource.properties, message), MAX_MESSAGE)


def _text_limit(owner: str, what: str, value: Any, limit: int) -> Iterator[Problem]:
    text = known_text(value)
    if text is not None and len(text) > limit:
        yield _too_long(owner, f"{len(text)} characters in {what}", limit)


def _too_long(owner: str, what: str, limit: int) -> Problem:
    return Problem(f"{owner} has {what}; at most {limit} are allowed.", "Shorten it.")


def check_tier(resource: Resource, context: Context) -> Iterator[Problem]:
    """The STANDARD tier works across regions only, through the profile of its own geography."""
    tiers = {
        known_text(get(resource.properties, path))
        for path in (
            "ContentPolicyConfig.ContentFiltersTierConfig.TierName",
            "TopicPolicyConfig.TopicsTierConfig.TierName",
        )
    }
    profile = get(resource.properties, "CrossRegionConfig.GuardrailProfileArn")
    expected = context.region.guardrail_profile.id
    if "STANDARD" in tiers and profile is None:
        yield Problem(
            "A guardrail of the STANDARD tier has no CrossRegionConfig.",
            f"Set CrossRegionConfig.GuardrailProfileArn to the profile {expected}.",
        )
    name = render(profile).rpartition("guardrail-profile/")[2]
    if known(name) and name != expected:
        yield Problem(f"The guardrail profile {name} is not the one of {context.region.name}.", f"Use {expected}.")


def check_ascii(resource: Resource, context: Context) -> Iterator[Problem]:
    """Bedrock takes ASCII alone in names and tags; S3 and others take any script, so it shows only here."""
    texts = [(name, get(resource.properties, name)) for name in NAME_PROPERTIES]
    tags = get(resource.properties, "Tags")
    if isinstance(tags, dict):
        texts += [(f"tag {key}", f"{key}{render(value)}") for key, value in tags.items()]
    texts += [(f"tag {render(get(tag, 'Key'))}", get(tag, "Value")) for tag in objects(tags)]
    for name, value in texts:
        text = known_text(value)
        if text is not None and not TAG_TEXT.fullmatch(text):
            yield Problem(
                f"The {name} is {text!r}: Bedrock allows ASCII letters, digits, spaces and . _ : / = + @ - only.",
                "Transliterate it before it reaches the stack.",
            )


RULES = (
    Rule(
        "guardrail-prompt-attack",
        "The prompt attack filter has the output strength NONE",
        "Creation fails with a ValidationException: "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-prompt-attack.html",
        (GUARDRAIL,),
        check_prompt_attack,
    ),
    Rule(
        "guardrail-limits",
        "A guardrail's texts keep the stricter of the limits of API and schema",
        "Creation fails: the CloudFormation schema lets longer texts through than the API does: "
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GuardrailTopicConfig.html",
        (GUARDRAIL,),
        check_limits,
    ),
    Rule(
        "guardrail-tier",
        "A guardrail of the STANDARD tier uses the region's guardrail profile",
        "Creation fails; without the STANDARD tier the guardrail does not understand Vietnamese: "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-tiers.html",
        (GUARDRAIL,),
        check_tier,
    ),
    Rule(
        "bedrock-ascii",
        "Names and tags of Bedrock resources are ASCII",
        "Creation fails on the pattern of Bedrock's tags: "
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Tag.html",
        BEDROCK_TYPES,
        check_ascii,
    ),
)
