"""`python -m workshop teardown list | plan | execute | verify | resume | finalize | unattended`.

Exit codes: 0 nothing is left; 2 only what is free, dated, protected or held by AWS is left; 3 something is left that
should not be; 4 something could not be proved; 5 refused before anything was changed; 130 interrupted, run `resume`.
"""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import nullcontext, redirect_stdout
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from stacks.config import ConfigError, load_config
from workshop.teardown import show
from workshop.teardown.act.engine import Limits
from workshop.teardown.act.remove import Result
from workshop.teardown.errors import CallError, RefusedError, StoppedError
from workshop.teardown.judge.prove import Seen
from workshop.teardown.kinds import KINDS
from workshop.teardown.observe.inventory import Inventory
from workshop.teardown.observe.stacks import STACK
from workshop.teardown.plan.plan import Plan, load, make, save
from workshop.teardown.plan.rails import check_drift, check_execution, check_size, kept_keys, unplanned
from workshop.teardown.session import Session, open_account, open_session
from workshop.teardown.verify.forgotten import workshops
from workshop.teardown.verify.report import (
    CLEAN,
    INTERRUPTED,
    ONLY_HARMLESS,
    REFUSED,
    RESIDUE,
    Report,
    Residue,
    write_junit,
)


def run(args: argparse.Namespace, opener: Callable[..., Session] = open_session) -> int:
    """Gives the exit code; see the module. `opener` makes the session from id, region, folder and profile."""
    if not args.action:
        print("Say what to do: list, plan, execute, verify, resume, finalize or unattended.", file=sys.stderr)
        return REFUSED
    session: Session | None = None
    try:
        if args.action == "list":
            return _list(args)
        session = _open(args, opener)
        return _ACTIONS[args.action](args, session)
    except RefusedError as error:
        for problem in error.problems:
            print(f"refused: {problem}", file=sys.stderr)
        return REFUSED
    except ConfigError as error:
        print(f"refused: {error}", file=sys.stderr)
        return REFUSED
    except (StoppedError, CallError, KeyboardInterrupt) as error:
        print(f"stopped: {str(error) or 'interrupted'}. {_next_step(args, session, error)}", file=sys.stderr)
        return INTERRUPTED


def _next_step(args: argparse.Namespace, session: Session | None, error: BaseException) -> str:
    """What goes on from here: `resume` only has something to go on with when an execution was begun."""
    begun = session is not None and session.journal.last("begin") is not None
    action = "resume" if begun and args.action in ("execute", "resume", "finalize") else args.action
    first = "Sign in again, then run" if isinstance(error, StoppedError) and "expired" in str(error) else "Run"
    return f"Nothing is lost. {first} `python -m workshop teardown {action}`."


def _list(args: argparse.Namespace) -> int:
    aws = open_account(args.region, args.profile)
    found = workshops(aws)
    with redirect_stdout(sys.stderr) if args.json else nullcontext():
        show.workshops_table(found, datetime.fromtimestamp(aws.clock.now(), UTC))
    if args.json:
        print(json.dumps([{**each.model_dump(mode="json"), "next": each.command} for each in found], indent=1))
    return CLEAN


def _open(args: argparse.Namespace, opener: Callable[..., Session]) -> Session:
    if args.workshop is not None:
        if not args.region:
            raise RefusedError("--workshop needs --region.")
        workshop, region = args.workshop, args.region
    else:
        config = load_config(args.config)
        workshop, region = config.workshop_id, args.region or config.region
        args.attendees = args.attendees if args.attendees is not None else len(config.attendee_names)
    alone = {"own_stack": args.own_stack, "bucket": args.record} if args.action == "unattended" else {}
    return opener(workshop, region, args.state, args.profile, **alone)


def _plan(args: argparse.Namespace, session: Session) -> int:
    inventory, stacks = session.observe()
    plan = make(session.aws, session.place, inventory, stacks, args.cost)
    session.remember(plan)
    path = args.plan or session.journal.folder / "plan.json"
    save(plan, path)
    with redirect_stdout(sys.stderr) if args.json else nullcontext():
        show.plan_table(plan, session.now())
        print(f"Written to {path}. Next: python -m workshop teardown execute --confirm-account {plan.account}")
    if args.json:
        print(plan.model_dump_json(indent=1))
    return CLEAN


def _execute(args: argparse.Namespace, session: Session) -> int:
    return _run(args, session, _planned(args, session))


def _resume(args: argparse.Namespace, session: Session) -> int:
    return _run(args, session, _begun(args, session))


def _finalize(args: argparse.Namespace, session: Session) -> int:
    plan = _begun(args, session)
    _run(args, session, plan)
    code = _verify(args, session)
    if code in (CLEAN, ONLY_HARMLESS):
        session.journal.write("final", exit_code=code)
    return code


def _verify(args: argparse.Namespace, session: Session) -> int:
    regions = tuple(region for region in args.regions.split(",") if region)
    return _finish(args, session.verify(args.pause, regions))


def _unattended(args: argparse.Namespace, session: Session) -> int:
    """For a machine that nobody watches. What is left is left to the next run; the own stack goes when nothing is."""
    _plan(args, session)
    plan = _planned(args, session)
    if not any(entry.kind == STACK and entry.id == args.own_stack for entry in plan.entries):
        raise RefusedError(f"The workshop has no stack {args.own_stack!r}. Correct --own-stack.")
    _run(args, session, plan)
    report = session.verify(args.pause)
    code = _finish(args, report)
    if code > ONLY_HARMLESS or any(each.residue is Residue.DEFERRED for each in report.leftovers):
        return code
    attempt = session.remove_own_stack()
    if attempt is None or attempt.result is Result.ACCEPTED:
        print(f"Last of all goes {args.own_stack}, in which this runs.")
        return code
    print(f"{args.own_stack}, in which this runs, is left: {attempt.why}", file=sys.stderr)
    return RESIDUE


_ACTIONS: dict[str, Callable[[argparse.Namespace, Session], int]] = {
    "plan": _plan,
    "execute": _execute,
    "resume": _resume,
    "finalize": _finalize,
    "verify": _verify,
    "unattended": _unattended,
}


def _planned(args: argparse.Namespace, session: Session) -> Plan:
    """The plan as it was read and approved a moment ago."""
    plan = load(args.plan or session.journal.folder / "plan.json")
    check_execution(plan, session.place, args.confirm_account, session.now())
    return plan


def _begun(args: argparse.Namespace, session: Session) -> Plan:
    """The plan of the execution that was begun here; its age does not matter any more."""
    if session.journal.last("begin") is None:
        raise RefusedError("There is no execution to go on with. Begin one: python -m workshop teardown plan")
    plan = load(session.journal.folder / "executed.json")
    check_execution(plan, session.place, args.confirm_account, plan.made)
    return _completed(session, plan) if plan.unscanned or plan.unknown else plan


def _completed(session: Session, plan: Plan) -> Plan:
    """The plan with what it could not see or tell when it was made, as far as that can be seen now."""
    inventory, stacks = session.observe()
    now = make(session.aws, session.place, inventory, stacks)
    known = plan.keys()
    more = [
        entry
        for entry in now.entries
        if entry.key not in known and (entry.kind in plan.unscanned or entry.key in plan.unknown)
    ]
    added = now.model_copy(update={"entries": tuple(more)})
    if more:
        print("What could not be seen when the plan was made, and goes now:")
        show.plan_table(added, session.now())
    whole = plan.model_copy(
        update={"entries": (*plan.entries, *more), "unscanned": now.unscanned, "unknown": now.unknown}
    ).hashed()
    session.remember(whole)
    return whole


def _run(args: argparse.Namespace, session: Session, plan: Plan) -> int:
    if args.attendees is None:
        raise RefusedError("Say how many attendees the workshop had: --attendees N (the size check needs it).")
    check_size(plan, args.attendees, args.confirm_resources, args.dedicated_account)
    kept, why_not = kept_keys(args.keep, plan), _chooser(args, plan)
    _ask(args, plan)
    save(plan, session.journal.folder / "executed.json")
    watch = show.ExecutionDisplay()
    engine = session.engine(Limits(deadline=args.deadline), why_not, watch, args.unprotect_stacks, kept, watch.tell)

    def first_look(inventory: Inventory) -> None:
        check_drift(plan, inventory)
        session.journal.write("begin", plan=plan.digest)
        session.record.store()
        # Before the stack does it, whose role may not pass somebody else's role to Bedrock.
        session.settings.restore()

    with watch.shown():
        engine.run(first_look)
    session.settings.restore()
    report = session.report_run(engine, plan)
    session.journal.write("end", exit_code=report.exit_code)
    return _finish(args, report)


def _chooser(args: argparse.Namespace, plan: Plan) -> Callable[[Seen], str]:
    patterns, planned = args.only.split(","), plan.keys()
    unknown = [pattern for pattern in patterns if not any(fnmatchcase(kind, pattern) for kind in KINDS)]
    if unknown:
        raise RefusedError(f"--only names no kind: {', '.join(unknown)}. Kinds are in the first column of the plan.")

    def why_not(seen: Seen) -> str:
        if not any(fnmatchcase(seen.item.kind.name, pattern) for pattern in patterns):
            return f"left out by --only {args.only}"
        return unplanned(seen, planned)

    return why_not


def _ask(args: argparse.Namespace, plan: Plan) -> None:
    """A person types the workshop's id; a pipeline says that it means it."""
    if args.yes_in_ci:
        return
    if not sys.stdin.isatty():
        raise RefusedError("There is no terminal to ask at. In a pipeline, say --yes-in-ci.")
    typed = input(f"{len(plan.entries)} resources will be deleted for good. Type {plan.workshop} to go on: ")
    if typed.strip() != plan.workshop:
        raise RefusedError("That was not the workshop's id.")


def _finish(args: argparse.Namespace, report: Report) -> int:
    show.report_table(report)
    if args.report:
        args.report.parent.mkdir(parents=True, exist_ok=True)
        args.report.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    if args.junit:
        write_junit(report, KINDS, args.junit)
    return report.exit_code
