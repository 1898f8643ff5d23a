"""What attendees have, and whether a change has taken any of it from them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract import Output, StackName
from workshop.rehearse.stage import StepError
from workshop.smoke.deployed import Deployed

Belongings = Mapping[str, "Belonging"]
"""Of each attendee, by name."""


@dataclass(frozen=True)
class Belonging:
    """What makes an attendee the same one tomorrow."""

    profile: str
    """ARN and time of creation of the Studio profile."""
    role: str
    """ARN and unique id of the role that the profile has."""
    note: str
    """What the attendee has written into a file of the own folder."""


def keep(deployed: Deployed) -> Belongings:
    """What each attendee of the configuration has; who has no note yet writes one.

    Raises:
        StepError: somebody finds another person's note in the own folder.
    """
    if deployed.missing(StackName.STUDIO, Output.DOMAIN_ID):
        return {}
    return {name: _of(deployed, name) for name in deployed.config.attendee_names}


def refuse_losses(before: Belongings, after: Belongings) -> int:
    """How many attendees are there before and after. Raises StepError if any of them has lost something."""
    lost = [
        f"{name} had {old}, and now has {new}"
        for name in before.keys() & after.keys()
        for old, new in _differences(before[name], after[name])
    ]
    if lost:
        raise StepError("Attendees have lost what they had:" + "".join(f"\n  {each}" for each in sorted(lost)))
    return len(before.keys() & after.keys())


def _differences(before: Belonging, after: Belonging) -> Iterator[tuple[str, str]]:
    for old, new in zip(vars(before).values(), vars(after).values(), strict=True):
        if old != new:
            yield old, new


def _of(deployed: Deployed, name: str) -> Belonging:
    domain_id = deployed.output(StackName.STUDIO, Output.DOMAIN_ID)
    profile = deployed.client("sagemaker").describe_user_profile(DomainId=domain_id, UserProfileName=name)
    role_arn = str(profile["UserSettings"]["ExecutionRole"])
    role = deployed.client("iam").get_role(RoleName=role_arn.rpartition("/")[2])["Role"]
    return Belonging(
        profile=f"{profile['UserProfileArn']} of {profile['CreationTime']}",
        role=f"{role['Arn']} {role['RoleId']}",
        note=_note(deployed.client("s3"), deployed.output(StackName.STUDIO, Output.ATTENDEE_BUCKET_NAME), name),
    )


def _note(s3: Any, bucket: str, name: str) -> str:
    text = f"This is the note of {name}."
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"{name}/").get("Contents", [])
    if not found:
        s3.put_object(Bucket=bucket, Key=f"{name}/note.txt", Body=text.encode())
        return text
    note = str(s3.get_object(Bucket=bucket, Key=found[0]["Key"])["Body"].read().decode())
    if note != text:
        raise StepError(f"{name} finds in the own folder: {note}")
    return note
