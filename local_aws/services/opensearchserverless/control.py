"""OpenSearch Serverless: groups, collections, policies and indexes; and the vectors that a knowledge base keeps there.

Real here: a collection needs an encryption policy that names it, an index needs its collection and a dimension,
policies have versions, exact nearest neighbours. Not here: the OpenSearch HTTP interface of a collection, who may do
what by the access policies, capacity.
"""

from local_aws.framework import Codes, EmulatedResource, Params, Request, Tagging, listing, operation, project
from local_aws.services.opensearchserverless.kinds import KINDS
from local_aws.services.opensearchserverless.runtime import IndexContent


class OpenSearchServerless(IndexContent):
    """Control plane and the content of vector indexes."""

    service = "opensearchserverless"
    scope = "aoss"
    codes = Codes()
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceArn"),)
    kinds = KINDS

    @operation("BatchGetCollection")
    def get_collections(self, call: Request) -> Params:
        """Collections by id or name; unknown ones as error details."""
        return self._batch(call, "Collection", "collectionDetails", "collectionErrorDetails")

    @operation("BatchGetCollectionGroup")
    def get_groups(self, call: Request) -> Params:
        """Groups by id or name; unknown ones as error details."""
        return self._batch(call, "CollectionGroup", "collectionGroupDetails", "collectionGroupErrorDetails")

    @operation("ListCollections")
    def list_collections(self, call: Request) -> Params:
        """Collections that all filters let through."""
        wanted = call.params.get("collectionFilters") or {}
        found = [each for each in call.store.all("Collection") if self._fits(call, each, wanted)]
        return listing(call, found)

    @staticmethod
    def _fits(call: Request, record: EmulatedResource, wanted: Params) -> bool:
        shown = {**record.members, "status": call.store.status(record)}
        return all(shown.get(name) == value for name, value in wanted.items())

    def _batch(self, call: Request, kind: str, found_name: str, missing_name: str) -> Params:
        shape = call.model.output_shape.members[found_name].member
        records = call.store.all(kind)
        found: list[Params] = []
        missing: list[Params] = []
        for member, values in (("id", call.params.get("ids")), ("name", call.params.get("names"))):
            for value in values or ():
                record = next((each for each in records if each[member] == value), None)
                if record:
                    found.append(project(shape, record, call.store.status(record)))
                else:
                    missing.append({member: value, "errorCode": "NOT_FOUND", "errorMessage": f"No such {kind}."})
        return {found_name: found, missing_name: missing}
