"""Bugs that were planted on purpose: each has to make the named test fail, or that test is worth nothing."""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from contract import WORKSHOP_TAG
from tests.workshop.teardown import (
    test_arns,
    test_aws,
    test_command,
    test_engine,
    test_rails,
    test_services,
    test_unattended,
    test_verify,
)
from tests.workshop.teardown.estate import WORKSHOP
from workshop.teardown import aws, patience, session
from workshop.teardown.act import decide, engine, hands, remove
from workshop.teardown.errors import Trouble
from workshop.teardown.judge import ownership, prove
from workshop.teardown.judge.ownership import Evidence, OwnershipVerdict, Standing, Unreadable
from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.kind import Kind, call
from workshop.teardown.observe import inventory, stacks
from workshop.teardown.plan import plan, rails
from workshop.teardown.record import journal_copy as record
from workshop.teardown.record.journal import Journal
from workshop.teardown.verify import ask
from workshop.teardown.verify import tag_index as routes
from workshop.teardown.verify import verification as verify

Plant = Callable[[pytest.MonkeyPatch], None]
JUDGE = ownership.judge
OURS = OwnershipVerdict(Standing.OURS, "tag planted")


def _tags(change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Plant:
    """Judges as ever, but reads tags differently."""

    def judge(workshop: str, evidence: Evidence) -> OwnershipVerdict:
        if isinstance(evidence.tags, Mapping):
            evidence = dataclasses.replace(evidence, tags=change(evidence.tags))
        return JUDGE(workshop, evidence)

    return lambda patch: patch.setattr(prove, "judge", judge)


def _prefix(tags: Mapping[str, str]) -> Mapping[str, str]:
    stated = tags.get(WORKSHOP_TAG, "")
    return {**tags, WORKSHOP_TAG: stated[:18]} if stated else tags


def _any_case(tags: Mapping[str, str]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in tags.items()}


def _unreadable_is(verdict: OwnershipVerdict) -> Plant:
    def judge(workshop: str, evidence: Evidence) -> OwnershipVerdict:
        return verdict if isinstance(evidence.tags, Unreadable) else JUDGE(workshop, evidence)

    return lambda patch: patch.setattr(prove, "judge", judge)


def _by_loose_path(workshop: str, evidence: Evidence) -> OwnershipVerdict | None:
    return OURS if evidence.path and evidence.path.startswith(f"/workshop/{workshop}") else None


def _by_loose_claim(_: str, evidence: Evidence) -> OwnershipVerdict | None:
    return OURS if evidence.claim else None


def _opinion(name: str, opinion: Callable[[str, Evidence], OwnershipVerdict | None]) -> Plant:
    return lambda patch: patch.setattr(ownership, name, opinion)


def _first_error_aborts(patch: pytest.MonkeyPatch) -> None:
    attempt = remove.Remover.remove

    def abort(self: remove.Remover, item: Any) -> remove.Attempt:
        done = attempt(self, item)
        if done.result is remove.Result.REFUSED:
            raise AssertionError(done.why)
        return done

    patch.setattr(remove.Remover, "remove", abort)


def _no_second_look(patch: pytest.MonkeyPatch) -> None:
    look = engine.RemovalEngine.look
    patch.setattr(
        engine.RemovalEngine, "look", lambda self, only: None if self.rounds and only is None else look(self, only)
    )


def _forgetful(patch: pytest.MonkeyPatch) -> None:
    write = Journal.write
    patch.setattr(
        Journal, "write", lambda self, event, **more: None if event == "claim" else write(self, event, **more)
    )


def _uploads_forgotten(patch: pytest.MonkeyPatch) -> None:
    answers = hands.LicensedHands.answers

    def fewer(self: hands.LicensedHands, operation: str, **params: Any) -> Iterator[Any]:
        return iter(()) if operation == "list_multipart_uploads" else answers(self, operation, **params)

    patch.setattr(hands.LicensedHands, "answers", fewer)


def _set(target: object, name: str, value: object) -> Plant:
    return lambda patch: patch.setattr(target, name, value)


def _change(kind: str, **changes: Any) -> Plant:
    """Kinds are frozen, so what was there is put back by hand."""

    def plant(_: pytest.MonkeyPatch) -> None:
        for member, value in changes.items():
            _RESTORE.append((KINDS[kind], member, getattr(KINDS[kind], member)))
            object.__setattr__(KINDS[kind], member, value)

    return plant


_RESTORE: list[tuple[Kind, str, Any]] = []

_KEEP_FILES = {"delete": call("delete_domain", DomainId="{id}")}

MUTANTS: dict[str, tuple[Plant, Callable[..., None]]] = {
    "no test of ownership": (
        _set(prove, "judge", lambda workshop, evidence: OURS),
        test_engine.test_lookalikes_survive_next_to_the_real_thing,
    ),
    "ownership by prefix of the tag": (
        _tags(_prefix),
        test_engine.test_lookalikes_survive_next_to_the_real_thing,
    ),
    "tag keys in any case": (_tags(_any_case), test_engine.test_tags_in_another_spelling_own_nothing),
    "unreadable tags mean ours": (
        _unreadable_is(OURS),
        test_engine.test_what_cannot_be_read_is_not_deleted_and_not_clean,
    ),
    "unreadable tags mean no tags": (
        _unreadable_is(OwnershipVerdict(Standing.FOREIGN, "planted")),
        test_verify.test_an_unreadable_tag_is_not_clean,
    ),
    "path without its separator": (
        _opinion("_by_path", _by_loose_path),
        test_engine.test_a_role_path_of_a_longer_id_is_somebody_elses,
    ),
    "claims that reach back in time": (
        _opinion("_by_claim", _by_loose_claim),
        test_services.test_a_log_group_older_than_its_endpoint_is_in_doubt,
    ),
    "another workshop's tag does not count": (
        _tags(lambda tags: {} if tags.get(WORKSHOP_TAG) != WORKSHOP else tags),
        test_engine.test_a_role_of_ours_that_was_given_to_another_workshop_stays,
    ),
    "no proof right before the deletion": (
        _set(prove.Prover, "again", lambda self, item: OURS),
        test_engine.test_a_resource_that_was_handed_over_meanwhile_stays,
    ),
    "no pages after the first": (
        _set(aws, "next_page", lambda service, operation, answer: {}),
        test_engine.test_all_pages_are_read,
    ),
    "the first error aborts": (_first_error_aborts, test_engine.test_one_refusal_does_not_stop_the_rest),
    "any error means gone": (
        _set(aws, "classify", lambda error, gone_on=(), busy_on=(): (Trouble.GONE, "x", "x")),
        test_engine.test_a_listing_that_is_denied_is_not_an_empty_one,
    ),
    "no order": (
        _set(decide, "before", lambda name: frozenset()),
        test_services.test_an_endpoint_is_gone_before_what_it_stands_on_goes,
    ),
    "the domain keeps its file system": (
        _change("sm-domain", **_KEEP_FILES),
        test_services.test_the_domain_takes_its_file_system_along,
    ),
    "the data source keeps its deletion policy": (
        _change("br-data-source", prepare=None),
        test_services.test_a_data_source_does_not_need_its_vector_store,
    ),
    "security groups keep their rules": (
        _change("nfs-sg", prepare=None),
        test_services.test_security_groups_that_name_each_other_go,
    ),
    "nothing is stopped first": (
        _change("sm-notebook-instance", running=()),
        test_services.test_running_things_are_stopped_before_they_are_deleted,
    ),
    "unfinished uploads are forgotten": (
        _uploads_forgotten,
        test_services.test_a_bucket_is_emptied_of_everything_and_shut,
    ),
    "the test alias is deleted too": (
        _change("br-agent-alias", skip=()),
        test_services.test_an_agent_loses_its_aliases_first_but_not_the_test_alias,
    ),
    "nothing is protected": (
        _set(prove, "protection", lambda item, tags: ""),
        test_engine.test_the_cdk_toolkit_stays_whatever_its_tags,
    ),
    "no look after the end": (_no_second_look, test_services.test_logs_that_come_back_are_deleted_again),
    "leftovers are not recorded": (_forgetful, test_services.test_leftovers_are_found_by_a_later_run_too),
    "children of a doubtful parent are never listed": (
        _set(inventory.Inventory, "unlisted_children", lambda self, item: []),
        test_engine.test_children_of_a_parent_that_was_in_doubt_are_found_later,
    ),
    "doubt does not hold anything up": (
        _set(engine.RemovalEngine, "_doubtful_kinds", lambda self: {}),
        test_engine.test_what_hides_behind_an_unreadable_tag_keeps_its_role,
    ),
    "a stack that failed is not helped": (
        _set(stacks.Stacks, "failed", lambda self, stack: []),
        test_services.test_what_a_stack_cannot_delete_is_handed_back,
    ),
    "stacks in any order": (
        _set(decide, "_newer", lambda other, stack: False),
        test_services.test_stacks_go_in_the_reverse_order_of_their_making,
    ),
    "everything is licensed": (
        _set(aws, "_READS", re.compile("")),
        test_aws.test_a_change_without_a_licence_never_leaves,
    ),
    "any account will do": (
        _set(session, "check_caller", lambda caller, recorded, place: None),
        test_rails.test_credentials_of_another_account_change_nothing,
    ),
    "a plan never gets old": (_set(rails, "MAX_AGE", timedelta(days=999)), test_rails.test_execute_with_a_stale_plan),
    "a plan may be edited": (
        _set(plan.Plan, "expected_digest", lambda self: self.digest),
        test_rails.test_a_plan_that_was_edited_is_refused,
    ),
    "much may be new": (_set(rails, "MAX_DRIFT", 1e9), test_rails.test_execute_when_much_is_new),
    "the index is believed": (
        _set(routes, "readings", lambda arn: ()),
        test_verify.test_the_tag_index_is_a_hint_that_is_checked,
    ),
    "what the index has is taken for stale": (
        _set(verify, "answers_to_its_arn", lambda aws, hit: False),
        test_verify.test_what_a_listing_hides_and_no_plan_names_is_found_through_the_index,
    ),
    "a name that is not in the ARN means gone": (
        _set(ask, "_lives", lambda kind, found: bool(found.get(kind.id, "") in found.get(kind.arn, ""))),
        lambda: test_arns.test_a_living_resource_is_never_called_gone("br-provisioned-throughput"),
    ),
    "silence means gone": (
        _set(verify, "still_there", lambda aws, entry: False),
        test_verify.test_what_a_service_does_not_say_is_not_gone,
    ),
    "verification has no patience": (
        _set(patience, "LOOKS", 1),
        test_verify.test_a_service_that_stumbles_is_asked_as_often_as_by_the_execution,
    ),
    "only one region is verified": (
        _set(verify, "enabled_regions", lambda aws: ["us-east-1"]),
        test_verify.test_another_region_is_looked_at,
    ),
    "one look is enough": (
        _set(verify.Verification, "run", lambda self: (self._look(), list(self.leftovers.values()))[1]),
        test_verify.test_logs_that_come_back_after_the_end_are_found_by_the_second_look,
    ),
    "nobody is asked by name": (
        _set(verify, "still_there", lambda aws, entry: False),
        test_verify.test_what_a_listing_hides_is_asked_for_by_name,
    ),
    "the branch it sits on goes with the others": (
        _set(stacks.Stacks, "is_own", lambda self, item: False),
        test_unattended.test_while_something_is_left_the_own_stack_stays_for_the_next_run,
    ),
    "the branch it sits on is not looked for first": (
        _set(stacks.Stacks, "blind", False),
        test_unattended.test_what_the_own_stack_holds_is_known_before_anything_goes,
    ),
    "nothing is remembered across machines": (
        _set(record.JournalCopy, "fetch", lambda self: None),
        test_unattended.test_on_a_new_disk_it_still_knows_what_was_left_behind,
    ),
    "an unknown price is zero": (
        _set(plan, "price", lambda item, place, aws=None: 0.0),
        test_command.test_an_unknown_price_is_never_zero,
    ),
}


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    yield
    while _RESTORE:
        kind, member, value = _RESTORE.pop()
        object.__setattr__(kind, member, value)


@pytest.mark.parametrize("name", MUTANTS)
def test_the_planted_bug_is_found(name: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    plant, killer = MUTANTS[name]
    wanted = killer.__code__.co_varnames[: killer.__code__.co_argcount]
    fixtures = {each: request.getfixturevalue(each) for each in wanted}
    plant(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        killer(**fixtures)
