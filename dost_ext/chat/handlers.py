"""The routes of conversations, messages and runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from uuid import UUID

from dost_ext.chat import schemas
from dost_ext.chat.conversations import ConversationService
from dost_ext.chat.runs import RunService
from dost_ext.chat.temporary_conversations import TemporaryConversations
from dost_ext.core.errors import InvalidRequest
from dost_ext.core.feed import Feed
from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.core.ids import parse_id
from dost_ext.core.sse import StreamHandler
from dost_ext.tools.schemas import Approve


class KeepingHandler(ApiHandler):
    """What the handlers of conversations and messages share."""

    def initialize(
        self, conversations: ConversationService, temporary: TemporaryConversations
    ) -> None:
        """Take the services."""
        self.conversations = conversations
        self.temporary = temporary

    def holder_of(self, any_id: UUID) -> ConversationService | TemporaryConversations:
        """Who has a conversation or a message: this process's memory, or else the database."""
        return self.temporary if self.temporary.has(self.user, any_id) else self.conversations


class RunningHandler(StreamHandler):
    """What the handlers of turns and runs share."""

    def initialize(self, runs: RunService) -> None:
        """Take the service."""
        self.runs = runs


class ConversationsHandler(KeepingHandler):
    """All of one's conversations."""

    @operation(
        "conversations:read",
        query=schemas.ListConversations,
        returns=schemas.ConversationPage,
    )
    async def get(self, query: schemas.ListConversations) -> schemas.ConversationPage:
        """One's conversations, pinned first, then newest."""
        return await self.conversations.list(self.user, query)

    @operation(
        "conversations:write",
        body=schemas.CreateConversation,
        returns=schemas.Conversation,
        status=201,
    )
    async def post(self, body: schemas.CreateConversation) -> schemas.Conversation:
        """Make an empty conversation."""
        return await self.conversations.create(self.user, body)

    @operation("conversations:write")
    async def delete(self) -> None:
        """Delete every conversation one has."""
        await self.conversations.delete_all(self.user)


class BatchHandler(KeepingHandler):
    """Many conversations at once."""

    @operation("conversations:write", body=schemas.ChangeMany, returns=schemas.ChangedMany)
    async def post(self, body: schemas.ChangeMany) -> schemas.ChangedMany:
        """Change or delete up to 1,000 conversations in one step."""
        return await self.conversations.change_many(self.user, body)


class ConversationHandler(KeepingHandler):
    """One conversation."""

    @operation("conversations:read", returns=schemas.Conversation)
    async def get(self, conversation_id: str) -> schemas.Conversation:
        """One conversation, without its messages."""
        known = parse_id(conversation_id)
        return await self.holder_of(known).get(self.user, known)

    @operation("conversations:write", body=schemas.UpdateConversation, returns=schemas.Conversation)
    async def patch(
        self, conversation_id: str, body: schemas.UpdateConversation
    ) -> schemas.Conversation:
        """Change a conversation."""
        known = parse_id(conversation_id)
        return await self.holder_of(known).update(self.user, known, body)

    @operation("conversations:write")
    async def delete(self, conversation_id: str) -> None:
        """Delete a conversation and all its messages."""
        known = parse_id(conversation_id)
        await self.holder_of(known).delete(self.user, known)


class MessagesHandler(KeepingHandler):
    """The messages of one conversation."""

    @operation("conversations:read", query=schemas.ListMessages, returns=schemas.Messages)
    async def get(self, conversation_id: str, query: schemas.ListMessages) -> schemas.Messages:
        """The whole tree of messages, parents before children; or the end of its branch."""
        known = parse_id(conversation_id)
        return await self.holder_of(known).messages(self.user, known, last=query.last)

    @operation("conversations:write", body=schemas.AddMessage, returns=schemas.Message, status=201)
    async def post(self, conversation_id: str, body: schemas.AddMessage) -> schemas.Message:
        """Add a message without calling a model."""
        return await self.conversations.add_message(self.user, parse_id(conversation_id), body)


class MessageHandler(KeepingHandler):
    """One message."""

    @operation("conversations:write", body=schemas.UpdateMessage, returns=schemas.Message)
    async def patch(self, message_id: str, body: schemas.UpdateMessage) -> schemas.Message:
        """Edit a message in place."""
        known = parse_id(message_id)
        return await self.holder_of(known).update_message(self.user, known, body)

    @operation("conversations:write")
    async def delete(self, message_id: str) -> None:
        """Delete a message and all below it."""
        known = parse_id(message_id)
        await self.holder_of(known).delete_message(self.user, known)


class KeepHandler(KeepingHandler):
    """Saving a temporary conversation."""

    @operation("conversations:write", returns=schemas.Conversation)
    async def post(self, conversation_id: str) -> schemas.Conversation:
        """Save a temporary conversation as it is, under the same ids; a saved one stays."""
        known = parse_id(conversation_id)
        if self.temporary.has(self.user, known):
            return await self.temporary.keep(self.user, known)
        return await self.conversations.get(self.user, known)


class PickHandler(KeepingHandler):
    """One of several answers."""

    @operation("conversations:write", returns=schemas.Message)
    async def post(self, message_id: str) -> schemas.Message:
        """Go on with one of the answers that several models gave to one prompt."""
        known = parse_id(message_id)
        return await self.holder_of(known).pick(self.user, known)


class ForkHandler(KeepingHandler):
    """A new conversation from an old one."""

    @operation("conversations:write", body=schemas.Fork, returns=schemas.Conversation, status=201)
    async def post(self, conversation_id: str, body: schemas.Fork) -> schemas.Conversation:
        """Copy the path to one message into a new conversation."""
        source = parse_id(conversation_id)
        return await self.conversations.fork(self.user, source, body.message_id)


class ChatHandler(RunningHandler):
    """A turn."""

    @operation("chat", body=schemas.SendMessage, returns=schemas.Answer, streams=True)
    async def post(self, body: schemas.SendMessage) -> None:
        """Send a prompt; the answer streams, and is written to its end whoever listens."""
        started = await self.runs.start(self.user, body)
        if body.stream:
            await self.stream(_together([run.follow(0) for run in started]))
        else:
            self.answer(await self.runs.finished(started[0]), 200)


class RunsHandler(RunningHandler):
    """One's runs."""

    @operation("conversations:read", query=schemas.ListRuns, returns=schemas.Runs)
    async def get(self, query: schemas.ListRuns) -> schemas.Runs:
        """One's runs, newest first; `active=true` for those still going."""
        return await self.runs.list(self.user, query)


class RunHandler(RunningHandler):
    """One run."""

    @operation("conversations:read", returns=schemas.Run)
    async def get(self, run_id: str) -> schemas.Run:
        """One run."""
        return await self.runs.get(self.user, parse_id(run_id))


class RunEventsHandler(RunningHandler):
    """A run's events."""

    @operation("conversations:read", query=schemas.FollowRun, streams=True)
    async def get(self, run_id: str, query: schemas.FollowRun) -> None:
        """Rejoin a run after the last event that was seen (`after` or `Last-Event-ID`)."""
        after = max(query.after, self._last_event_id())
        await self.stream(await self.runs.follow(self.user, parse_id(run_id), after))

    def _last_event_id(self) -> int:
        given = self.request.headers.get("Last-Event-ID", "0")
        if not given.isdecimal() or len(given) > 9:
            raise InvalidRequest("Last-Event-ID: must be the number of an event")
        return int(given)


class CancelRunHandler(RunningHandler):
    """Stopping a run."""

    @operation("chat", returns=schemas.Run)
    async def post(self, run_id: str) -> schemas.Run:
        """Stop a run and keep what it has said."""
        return await self.runs.cancel(self.user, parse_id(run_id))


class ApproveHandler(RunningHandler):
    """Allowing a call of a tool."""

    @operation("chat", body=Approve, returns=schemas.Run)
    async def post(self, run_id: str, body: Approve) -> schemas.Run:
        """Say whether a call that waits for it may be made."""
        return await self.runs.approve(self.user, parse_id(run_id), body)


class FeedHandler(StreamHandler):
    """What changes."""

    def initialize(self, feed: Feed) -> None:
        """Take the feed."""
        self.feed = feed

    @operation("conversations:read", streams=True)
    async def get(self) -> None:
        """The one stream a tab keeps open: conversations that change, runs that begin and end."""
        await self.stream(self.feed.follow(self.user.user_id))


async def _together(streams: Sequence[AsyncGenerator[bytes, None]]) -> AsyncGenerator[bytes, None]:
    """Several streams as one, each batch as it comes."""
    if len(streams) == 1:
        async for batch in streams[0]:
            yield batch
        return
    following = {asyncio.ensure_future(anext(s, b"")): s for s in streams}
    try:
        while following:
            done, _ = await asyncio.wait(following, return_when=asyncio.FIRST_COMPLETED)
            for task in [t for t in following if t in done]:
                stream = following.pop(task)
                if batch := task.result():
                    following[asyncio.ensure_future(anext(stream, b""))] = stream
                    yield batch
    finally:
        for task in following:
            task.cancel()


def routes(
    conversations: ConversationService,
    temporary: TemporaryConversations,
    runs: RunService,
    feed: Feed,
) -> list[Route]:
    """The routes of this feature."""
    keeping = {"conversations": conversations, "temporary": temporary}
    running = {"runs": runs}
    return [
        Route("conversations", ConversationsHandler, keeping),
        Route("conversations/batch", BatchHandler, keeping),
        Route("conversations/{id}", ConversationHandler, keeping),
        Route("conversations/{id}/messages", MessagesHandler, keeping),
        Route("conversations/{id}/fork", ForkHandler, keeping),
        Route("conversations/{id}/keep", KeepHandler, keeping),
        Route("messages/{id}", MessageHandler, keeping),
        Route("messages/{id}/pick", PickHandler, keeping),
        Route("chat", ChatHandler, running),
        Route("runs", RunsHandler, running),
        Route("runs/{id}", RunHandler, running),
        Route("runs/{id}/events", RunEventsHandler, running),
        Route("runs/{id}/cancel", CancelRunHandler, running),
        Route("runs/{id}/approve", ApproveHandler, running),
        Route("events", FeedHandler, {"feed": feed}),
    ]
