"""`runner = phx_scrapyd.runner`: scrapyd's own runner, as a process that ends with its daemon.

On Linux only; elsewhere a killed daemon leaves its crawls running, as scrapyd does.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from scrapyd.runner import main as run

# prctl(2)
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Set this process up, then run scrapyd's runner."""
    tie_to_daemon()
    # The daemon's pipe never reaches end of file: a spider that reads standard input would block its slot.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    run()


def tie_to_daemon() -> None:
    """Request SIGINT, which stops a crawl cleanly, at the daemon's death; its own process group gets no Ctrl-C."""
    daemon = os.getppid()
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != daemon:
            sys.exit("the daemon died while this crawl started; schedule it again")


if __name__ == "__main__":
    main()
