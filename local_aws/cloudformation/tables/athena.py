"""Saved queries of Athena; the emulator has the workgroup."""

from local_aws.cloudformation.model import Part, ResourceType

TYPES = (
    ResourceType(
        name="AWS::Athena::NamedQuery",
        service="athena",
        create="CreateNamedQuery",
        read="GetNamedQuery",
        delete="DeleteNamedQuery",
        identify={"NamedQueryId": Part("NamedQueryId")},
        at="NamedQuery",
    ),
)
