"""`dost worker`: the process for work that no server should wait for; jobs are rows."""

from __future__ import annotations

import asyncio
import logging
import signal
from datetime import timedelta

from procrastinate import App, PsycopgConnector
from sqlalchemy import text

from dost_ext.core.clock import utc_now
from dost_ext.core.database import Database, libpq_url
from dost_ext.files import store as file_store

log = logging.getLogger("dost")

CONCURRENCY = 2
# A finished answer's log is only for readers that come back; its message holds the answer.
KEEP_LOGS = "1 day"
# What was uploaded and never sent.
KEEP_FILES = timedelta(days=1)

_PRUNE_LOGS = text(
    """
    delete from run_events using runs
    where runs.id = run_events.run_id and runs.status <> 'streaming'
      and runs.ended_at < now() - cast(:age as interval)
    """
)
_PRUNE_SESSIONS = text("delete from sessions where expires_at < now()")
_PRUNE_JOBS = text(
    """
    delete from procrastinate_jobs
    where status in ('succeeded', 'cancelled', 'aborted')
      and scheduled_at < now() - interval '1 day'
    """
)


def make_app(database: Database) -> App:
    """The job queue over dost's database, with every task it knows."""
    app = App(connector=PsycopgConnector(conninfo=libpq_url(database.url), max_size=4))

    @app.periodic(cron="17 * * * *")
    @app.task(name="housekeeping", queueing_lock="housekeeping", pass_context=False)
    async def housekeeping(timestamp: int) -> None:
        """Drop what nobody will ask for again."""
        async with database.begin() as connection:
            await connection.execute(_PRUNE_LOGS, {"age": KEEP_LOGS})
            await connection.execute(_PRUNE_SESSIONS)
            await connection.execute(_PRUNE_JOBS)
            await file_store.drop(connection, before=utc_now() - KEEP_FILES)

    @app.periodic(cron="* * * * *")
    @app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=False)
    async def retry_stalled(timestamp: int) -> None:
        """Do again what a worker that was killed had begun."""
        for job in await app.job_manager.get_stalled_jobs():
            await app.job_manager.retry_job(job)

    return app


async def work(database: Database) -> None:
    """Take jobs until SIGTERM or SIGINT; what is under way is finished first."""
    app = make_app(database)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(concurrency=CONCURRENCY, install_signal_handlers=False)
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, worker.cancel)
        await asyncio.wait((worker,))
        if not worker.cancelled() and (error := worker.exception()) is not None:
            raise error
