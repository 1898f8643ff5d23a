"""The browser of the tests: found, installed where that is possible, or said how.

Playwright drives it; its own download is not used, because Debian's and Google's browsers are signed and updated by the
system. `python -m tests.web.chromium` is what `make install` runs.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
HOW = (
    "No Chromium for the tests of the page. Install one (Debian: `sudo apt-get install chromium`; elsewhere Chromium "
    "or Google Chrome), or name its program in the variable CHROMIUM."
)
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
"""Nothing that asks the outside."""


def find() -> str | None:
    """Path of the browser's program, or None."""
    return next((path for name in (os.environ.get("CHROMIUM", ""), *NAMES, MAC) if (path := shutil.which(name))), None)


def flags() -> list[str]:
    """Switches to start it with. Its sandbox does not work for root, as in most containers."""
    return [*FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else FLAGS


def install() -> None:
    """Debian's package, where this process may install it."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run([apt, *command], check=False, stdout=subprocess.DEVNULL)  # noqa: S603


if __name__ == "__main__":
    if find() is None:
        install()
    if find() is None:
        sys.stderr.write(f"{HOW}\n")
