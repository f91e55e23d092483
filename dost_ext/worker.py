"""`dost worker`: the process for work that no server should wait for; jobs are rows."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from datetime import timedelta
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from sqlalchemy import text

from dost_ext.core.clock import utc_now
from dost_ext.core.database import Database, libpq_url
from dost_ext.core.errors import NotReady
from dost_ext.files import store as file_store
from dost_ext.rag.documents import INGEST, QUEUE
from dost_ext.rag.embedding.embedder import BuiltinEmbedder
from dost_ext.rag.ingestion import Ingestion
from dost_ext.rag.reading.apart import Closed, Reader

log = logging.getLogger("dost")

# The embedder has one at a time: meanwhile others are read, and saved.
CONCURRENCY = 4
# Reading and embedding step back behind whoever chats.
NICENESS = 10
# A worker that was killed is missed after so long; a second is what others of procrastinate's do.
HEARTBEAT_SECONDS = 3.0
MISSED_SECONDS = 10.0
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


def make_app(database: Database, ingestion: Ingestion) -> App:
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

    # A database or an embedder that is away comes back, and so does a worker: however long that
    # takes, a document must not be left without a job.
    again = RetryStrategy(linear_wait=5, retry_exceptions=[NotReady, Closed])

    @app.task(name=INGEST, queue=QUEUE, retry=again)
    async def ingest(document_id: str) -> None:
        """Make a document searchable."""
        await ingestion.ingest(UUID(document_id))

    return app


async def work(database: Database) -> None:
    """Take jobs until SIGTERM or SIGINT; what is under way is finished first."""
    os.nice(NICENESS)
    reader = Reader()
    # One core is left to whoever chats.
    embedder = BuiltinEmbedder(threads=max(1, (os.cpu_count() or 1) - 1))
    app = make_app(database, Ingestion(database, reader, embedder, utc_now))
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=CONCURRENCY,
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=MISSED_SECONDS,
            )
        )
        finder = asyncio.create_task(_take_over(app))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, worker.cancel)
        await asyncio.wait((worker,))
        finder.cancel()
        await reader.close()
        await embedder.close()
        if not worker.cancelled() and (error := worker.exception()) is not None:
            raise error


async def _take_over(app: App) -> None:
    """Do again what a worker that was killed had begun, until cancelled."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(
                seconds_since_heartbeat=MISSED_SECONDS
            ):
                await app.job_manager.retry_job(job)
        except ConnectorException:
            log.debug("the database is away")
        await asyncio.sleep(HEARTBEAT_SECONDS)
