"""Parameters and system prompts: the model's, the user's, the conversation's, the turn's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.client import Client
from tests.support.fake_control import FakeControl

ECHO = {"model": "fake/echo"}


def set_defaults(client: Client, **settings: Any) -> None:
    """Save somebody's settings."""
    client.ok("PUT", "settings", json=settings)


def asked(fake: FakeControl) -> dict[str, Any]:
    """What the model was asked last, without what every request has."""
    body = fake.requests()[-1]["body"]
    return {k: v for k, v in body.items() if k not in ("model", "stream", "stream_options")}


def system_prompts(fake: FakeControl) -> list[str]:
    """The system prompts that the model was told last."""
    return [m["content"] for m in asked(fake)["messages"] if m["role"] == "system"]


def test_the_users_defaults_hold_for_every_chat(user: Client, fake: FakeControl) -> None:
    set_defaults(user, default_params={"temperature": 0.3, "top_p": 0.5})
    answer = user.ask("Hello")
    assert (asked(fake)["temperature"], asked(fake)["top_p"]) == (0.3, 0.5)
    assert answer.message["params"] == {"temperature": 0.3, "top_p": 0.5}
    assert user.ok("GET", f"conversations/{answer.conversation_id}")["params"] == {}


def test_the_turn_wins_over_the_conversation_and_that_over_the_user(
    user: Client, fake: FakeControl
) -> None:
    set_defaults(user, default_params={"temperature": 0.1, "seed": 1, "max_tokens": 10})
    conversation = user.make_conversation(params={"temperature": 0.2, "seed": 2}, **ECHO)["id"]
    answer = user.ask("x", conversation_id=conversation, params={"temperature": 0.3})
    assert answer.message["params"] == {"temperature": 0.3, "seed": 2, "max_tokens": 10}


def test_a_changed_default_counts_from_the_next_turn_on(user: Client, fake: FakeControl) -> None:
    for seed in (1, 2, 3):
        set_defaults(user, default_params={"seed": seed})
        assert user.ask("x").message["params"] == {"seed": seed}
    set_defaults(user)
    assert user.ask("x").message["params"] is None


@pytest.mark.parametrize("cleared", [None, {}, {"temperature": None}])
def test_a_conversations_parameters_can_be_cleared(
    user: Client, fake: FakeControl, cleared: dict[str, Any] | None
) -> None:
    conversation = user.make_conversation(params={"temperature": 0.2}, **ECHO)["id"]
    path = f"conversations/{conversation}"
    assert user.ok("PATCH", path, json={"params": cleared})["params"] == {}
    user.ask("x", conversation_id=conversation)
    assert "temperature" not in asked(fake)


def test_parameters_are_replaced_as_a_whole(user: Client) -> None:
    conversation = user.make_conversation(params={"temperature": 0.2, "seed": 3})["id"]
    changed = user.ok("PATCH", f"conversations/{conversation}", json={"params": {"seed": 4}})
    assert changed["params"] == {"seed": 4}


def test_no_stop_sequences_undo_the_default_ones(user: Client, fake: FakeControl) -> None:
    set_defaults(user, default_params={"stop": ["END"]})
    user.ask("x")
    assert asked(fake)["stop"] == ["END"]
    user.ask("x", params={"stop": []})
    assert "stop" not in asked(fake)


def test_the_nearest_system_prompt_is_told(user: Client, fake: FakeControl) -> None:
    set_defaults(user, default_system_prompt="by the user")
    user.ask("x")
    assert system_prompts(fake) == ["by the user"]
    folder = user.ok("POST", "folders", json={"name": "f", "system_prompt": "by the folder"})["id"]
    chat = user.make_conversation(folder_id=folder)["id"]
    user.ask("x", conversation_id=chat)
    assert system_prompts(fake) == ["by the folder"]
    user.ok("PATCH", f"conversations/{chat}", json={"system_prompt": "by the chat"})
    user.ask("x", conversation_id=chat)
    assert system_prompts(fake) == ["by the chat"]


def test_an_empty_system_prompt_says_that_there_is_none(user: Client, fake: FakeControl) -> None:
    set_defaults(user, default_system_prompt="by the user")
    chat = user.make_conversation(system_prompt="")["id"]
    user.ask("x", conversation_id=chat)
    assert system_prompts(fake) == []
    user.ok("PATCH", f"conversations/{chat}", json={"system_prompt": None})
    user.ask("x", conversation_id=chat)
    assert system_prompts(fake) == ["by the user"]


def test_defaults_are_checked_like_any_parameters(user: Client) -> None:
    body = {"default_params": {"temperature": 3}}
    assert user.put("settings", json=body).status_code == 422
    assert user.put("settings", json={"default_params": {"colour": "red"}}).status_code == 422
    assert user.put("settings", json={"default_system_prompt": "x" * 20_001}).status_code == 422


def test_one_turn_goes_to_another_model_and_the_next_does_not(user: Client) -> None:
    chat = user.make_conversation(**ECHO)["id"]
    once = user.ask("x", conversation_id=chat, model="fake/lorem", keep_model=True)
    assert once.message["model"] == "fake/lorem"
    assert user.ok("GET", f"conversations/{chat}")["model"] == "fake/echo"
    assert user.ask("y", conversation_id=chat, model=None).message["model"] == "fake/echo"


def test_a_chat_that_begins_so_has_no_model_of_its_own(user: Client) -> None:
    once = user.ask("x", model="fake/lorem", keep_model=True)
    assert user.ok("GET", f"conversations/{once.conversation_id}")["model"] is None
