"""Exit codes of jobs: scrapyd reports a job that crashed or was killed as `finished`, like a successful one."""

from __future__ import annotations

import time
from typing import Any, Protocol

from scrapyd.sqlite import SqliteMixin, initialize
from scrapyd.webservice import WsResource, param

# Exit codes of `scrapy crawl` in this project.
MEANINGS = {
    0: "every visit ended clearly",
    1: "some errors or refusals",
    2: "wrong use: the job's log or scrapyd's says what",
    3: "stopped early: schedule it again to go on",
    4: "a server was away: schedule it again when that is back",
}
OTHER = "died: schedule it again to go on"
NAMES = ("job", "project", "spider", "exit_code", "signal")
CREATE = (
    "CREATE TABLE IF NOT EXISTS endings"
    " (job text PRIMARY KEY, project text, spider text, exit_code integer, signal integer, ended real)"
)
LAST = "SELECT job, project, spider, exit_code, signal FROM endings ORDER BY ended DESC LIMIT ?"


class EndedJob(Protocol):
    """The part of scrapyd's process protocol that is read."""

    project: str
    spider: str
    job: str


class Endings(SqliteMixin):  # type: ignore[misc] # scrapyd has no annotations
    """A table in `dbs_dir` that survives the daemon; a reused job id has its last ending."""

    def __init__(self, database: str, table: str) -> None:
        super().__init__(database, table)
        self.conn.execute(CREATE)

    @classmethod
    def open(cls, config: Any) -> Endings:
        """The table of the daemon with this configuration."""
        table: Endings = initialize(cls, config, "endings", "endings")
        return table

    def add(self, job: EndedJob, exit_code: int | None, signal: int | None) -> None:
        """Record one ending; exactly one of code and signal is set."""
        row = (job.job, job.project, job.spider, exit_code, signal, time.time())
        self.conn.execute("INSERT OR REPLACE INTO endings VALUES (?, ?, ?, ?, ?, ?)", row)
        self.conn.commit()

    def list(self, limit: int) -> list[dict[str, Any]]:
        """The last endings, newest first."""
        rows = [dict(zip(NAMES, row, strict=True)) for row in self.conn.execute(LAST, (limit,))]
        return [{**row, "meaning": MEANINGS.get(row["exit_code"], OTHER)} for row in rows]


class EndingsService(WsResource):  # type: ignore[misc]
    """`endings.json`: the last hundred endings, or `limit` of them."""

    @param("limit", required=False, default=100, type=int)  # type: ignore[untyped-decorator]
    def render_GET(self, _request: Any, limit: int) -> dict[str, Any]:  # noqa: N802 - Twisted's name
        """Answer one request."""
        return {"endings": self.root.launcher.endings.list(limit)}
