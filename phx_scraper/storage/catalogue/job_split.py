"""A slice of a job cut into slices of one home each, for its last try."""

from __future__ import annotations

from sqlalchemy import Connection, and_, func, select, update

from phx_scraper.storage.catalogue.job_tables import job_homes, job_slices

_NEW = ("job_id", "state", "reason", "attempts", "exit_code")
"""Columns that each part has from the whole; its lease and its token are its own."""


def one_home_each(connection: Connection, job_id: str, number: int) -> None:
    """Leave the slice its first home, and give each other one a slice of its own behind the last of the job.

    The caller has the job locked, and nobody holds the slice.
    """
    mine = and_(job_homes.c.job_id == job_id, job_homes.c.slice == number)
    query = select(job_homes.c.number).where(mine).order_by(job_homes.c.number)
    homes = list(connection.execute(query).scalars())
    if len(homes) < 2:
        return
    whole = and_(job_slices.c.job_id == job_id, job_slices.c.number == number)
    values = dict(connection.execute(select(*(job_slices.c[name] for name in _NEW)).where(whole)).one()._mapping)
    last = select(func.max(job_slices.c.number)).where(job_slices.c.job_id == job_id)
    first_free = connection.execute(last).scalar_one() + 1
    for new, home in enumerate(homes[1:], first_free):
        connection.execute(job_slices.insert().values(**values, number=new, homes=1, token=0))
        one = and_(job_homes.c.job_id == job_id, job_homes.c.number == home)
        connection.execute(update(job_homes).where(one).values(slice=new))
    connection.execute(update(job_slices).where(whole).values(homes=1))
