"""How fast bytes come now: over the last seconds, not since the run's begin."""

from __future__ import annotations

from collections import deque

WINDOW_SECONDS = 10.0


class TransferRate:
    """Told the bytes so far from time to time; times in seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def told(self, now: float, total: int) -> float:
        """Take note of the bytes so far; returns bytes per second over the window, 0 at first."""
        self._seen.append((now, total))
        # One that is older than the window stays, as the window's begin.
        while len(self._seen) > 2 and self._seen[1][0] <= now - WINDOW_SECONDS:
            self._seen.popleft()
        begin, bytes_then = self._seen[0]
        return (total - bytes_then) / (now - begin) if now > begin else 0.0


def megabytes(size: float) -> str:
    """`0.3 MB`, `12.4 MB`, `1240 MB`: of a million bytes."""
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e6:.0f} MB"
