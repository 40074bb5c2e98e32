"""`make faults`: every row of the fault matrix, injected for real; exits with 1 where a row is not as expected."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.faults.run_matrix import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
