"""SageMaker's control plane: Studio, hosting, and what people make besides.

Real here: names, references (an endpoint needs its configuration, that its models), dependencies (a domain with
profiles cannot go), tags, states and their order, what can be deleted and when. With a backend, jobs and pipelines are
executed (`jobs/`, `pipelines/`); without one, as in the accounts of the teardown's tests, they end by the clock. Not
here: file systems, instances, lifecycle scripts.

Numbers in brackets are the rows of the catalog in `docs/teardown.md` ("What is hard to remove").
"""

from local_aws.framework import (
    ApiError,
    Codes,
    Params,
    Request,
    Tagging,
    delete,
    find,
    listing,
    operation,
    stop,
)
from local_aws.services.sagemaker.kinds import KINDS
from local_aws.services.sagemaker.packages import PackageOperations


class SageMaker(PackageOperations):
    """Every declared kind, and the operations that a declaration cannot say."""

    service = "sagemaker"
    codes = Codes(missing="ResourceNotFound", exists="ResourceInUse", busy="ResourceInUse")
    tagging = (Tagging("AddTags", "DeleteTags", "ListTags", "ResourceArn"),)
    kinds = KINDS

    @operation("DeleteApp")
    def delete_app(self, call: Request) -> Params:
        """(2) A failed app is not deleted; an app is named through a space or a profile, not both."""
        kind = self.kind_of["App"]
        if bool(call.params.get("SpaceName")) == bool(call.params.get("UserProfileName")):
            raise ApiError("ValidationException", "Name the app through its space or its user profile.")
        with self.world.lock:
            if find(kind, call).get("Status") == "Failed":
                raise ApiError("ValidationException", "The app is Failed and cannot be deleted.")
            return delete(kind, call)

    @operation("DeleteDomain")
    def delete_domain(self, call: Request) -> Params:
        """(4) The file system is kept unless RetentionPolicy says Delete. (5) The security groups always stay."""
        kind = self.kind_of["Domain"]
        with self.world.lock:
            domain = find(kind, call)
            result = delete(kind, call)
        efs = call.neighbour("efs")
        if efs and call.params.get("RetentionPolicy", {}).get("HomeEfsFileSystem") == "Delete":
            efs.drop_home(call.region, domain.get("HomeEfsFileSystemId", ""))
        return result

    @operation("UpdateEndpointWeightsAndCapacities")
    def move_weights(self, call: Request) -> Params:
        """Weights and instances of variants; ValidationException for a variant that the endpoint does not have."""
        with self.world.lock:
            endpoint = find(self.kind_of["Endpoint"], call)
            running = {each["VariantName"]: each for each in endpoint["ProductionVariants"]}
            for wanted in call.params["DesiredWeightsAndCapacities"]:
                if wanted["VariantName"] not in running:
                    raise ApiError("ValidationException", f"Could not find variant {wanted['VariantName']}.")
                for given, name in (("DesiredWeight", "Weight"), ("DesiredInstanceCount", "InstanceCount")):
                    if given in wanted:
                        running[wanted["VariantName"]] |= {
                            f"{when}{name}": wanted[given] for when in ("Current", "Desired")
                        }
            endpoint.members["ProductionVariants"] = list(running.values())
            return {"EndpointArn": endpoint.arn}

    @operation("StopNotebookInstance")
    def stop_notebook(self, call: Request) -> None:
        stop(call, self.kind_of["NotebookInstance"], "Stopped")

    @operation("ListTrials")
    def list_trials(self, call: Request) -> Params:
        """All, or those that hold a component."""
        component = call.params.get("TrialComponentName")
        held = call.store.need("TrialComponent", (component,)).get("Trials", ()) if component else ()
        found = [each for each in call.store.all("Trial") if not component or each.key[0] in held]
        return listing(call, found)

    @operation("DisassociateTrialComponent")
    def leave_trial(self, call: Request) -> Params:
        """(18) A component leaves a trial."""
        part = find(self.kind_of["TrialComponent"], call)
        part.members["Trials"] = [name for name in part.get("Trials", ()) if name != call.params["TrialName"]]
        return {"TrialComponentArn": part.arn}
