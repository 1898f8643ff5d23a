"""Starting and stopping: loopback only, nothing left, gone with its parent."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local_aws.launcher import ROOT, LocalAws, stop_kept
from tests.local_aws.conftest import Clients
from tests.local_aws.emulator.functions import python_function

pytestmark = pytest.mark.rehearsal

linux = pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="reads /proc")
LISTENING = "0A"


def alive(group: int) -> bool:
    """Whether a process of the group runs; a zombie that nobody has collected yet does not."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # processes come and go meanwhile
            state = path.read_text(errors="replace").rsplit(")", 1)[1].split()
            if int(state[2]) == group and state[0] != "Z":
                return True
    return False


def listening_addresses(pid: int) -> set[str]:
    """Hexadecimal local addresses of the sockets on which a process listens."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # descriptors come and go meanwhile
            found = re.fullmatch(r"socket:\[(\d+)\]", str(descriptor.readlink()))
            if found:
                inodes.add(found[1])
    rows = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()
    ]
    return {row[1].split(":")[0] for row in rows[1:] if len(row) > 9 and row[3] == LISTENING and row[9] in inodes}


@linux
def test_stop_leaves_no_process_no_file_and_no_listener(tmp_path: Path) -> None:
    aws = LocalAws.start()
    group, home = aws.process.pid, aws.home
    port = int(aws.endpoint_url.rsplit(":", 1)[1])
    (home / "tmp" / "something").write_text("of a function")
    aws.stop()
    assert not alive(group)
    assert not home.exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


@linux
def test_it_listens_on_the_loopback_only(aws: LocalAws) -> None:
    assert listening_addresses(aws.process.pid) == {"0100007F"}


@linux
def test_the_processes_of_functions_are_in_its_group(aws: LocalAws, clients: Clients) -> None:
    name = python_function(clients, "import os\ndef handler(event, context):\n    return os.getpgrp()\n")
    assert clients("lambda").invoke(FunctionName=name)["Payload"].read() == str(aws.process.pid).encode()


STARTER = "from local_aws.launcher import LocalAws; a = LocalAws.start(); print(a.process.pid, a.home, flush=True); "


@linux
def test_it_ends_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", STARTER + "input()"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdin
    assert parent.stdout
    group, home = parent.stdout.readline().split()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while alive(int(group)):
        pass
    assert not Path(home).exists()
    parent.stdin.close()
    parent.stdout.close()


@linux
def test_what_is_kept_outlives_its_parent_until_it_is_stopped(tmp_path: Path) -> None:
    code = STARTER + f"from pathlib import Path; a.keep(Path({str(tmp_path)!r}))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    group, home = done.stdout.split()
    assert alive(int(group))
    assert stop_kept(tmp_path)
    while alive(int(group)):
        pass
    assert not Path(home).exists()
    assert not stop_kept(tmp_path)
