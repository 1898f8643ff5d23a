"""Rule for OpenSearch Serverless: what its next generation refuses, although the schema still lists it."""

from collections.abc import Iterator

from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource
from stacks.checks.values import get, known_text, objects

GROUP = "AWS::OpenSearchServerless::CollectionGroup"
COLLECTION = "AWS::OpenSearchServerless::Collection"
INDEX = "AWS::OpenSearchServerless::Index"


def check_next_generation(resource: Resource, context: Context) -> Iterator[Problem]:
    """A group and its collections keep their standby replicas, and an index does not choose its engine."""
    group = _group(resource, context)
    if group is None or known_text(get(group.properties, "Generation")) != "NEXTGEN":
        return
    if known_text(get(resource.properties, "StandbyReplicas")) == "DISABLED":
        yield Problem(
            "StandbyReplicas cannot be DISABLED in a collection group of the generation NEXTGEN.",
            "Set it to ENABLED in the group and its collections; the group scales to zero all the same.",
        )
    fields = get(resource.properties, "Mappings.Properties")
    for field in objects(list(fields.values()) if isinstance(fields, dict) else None):
        if get(field, "Method.Engine") is not None:
            yield Problem("An index of the generation NEXTGEN does not take Method.Engine.", "Remove Engine.")


def _group(resource: Resource, context: Context) -> Resource | None:
    """The collection group that a group, a collection or an index belongs to; None if that cannot be read."""
    if resource.type == GROUP:
        return resource
    if resource.type == INDEX:
        collection = context.target(resource, "CollectionEndpoint")
        return _group(collection, context) if collection is not None and collection.type == COLLECTION else None
    referred = context.target(resource, "CollectionGroupName")
    name = known_text(get(resource.properties, "CollectionGroupName"))
    named = (each for each in context.assembly.of_type(GROUP) if known_text(get(each.properties, "Name")) == name)
    return referred or (next(named, None) if name is not None else None)


RULES = (
    Rule(
        "opensearch-next-generation",
        "OpenSearch Serverless of the next generation keeps its replicas and its engine",
        "Creation fails with 'StandbyReplicas cannot be set to DISABLED for NEXTGEN collection groups' or 'Field "
        "parameter 'engine' is not supported', which the schema does not say: "
        "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-scale-to-zero.html",
        (GROUP, COLLECTION, INDEX),
        check_next_generation,
    ),
)
