"""Turns: what is asked of which model, and what is saved of it."""

from __future__ import annotations

import pytest

from tests.api.conftest import SignUp
from tests.support.client import Client
from tests.support.fake_control import FakeControl
from tests.support.sse import Event, text_of


def test_a_turn_begins_with_its_run_and_ends_with_its_message(user: Client) -> None:
    answer = user.ask("Hello there")
    assert answer.names == ["run", "title", "delta", "done"]
    assert [event.id for event in answer.events] == list(range(1, len(answer.events) + 1))
    assert answer.text == answer.message["content"] == "Hello there"
    assert answer.message["status"] == "complete"
    assert set(answer.run) == {
        "run_id",
        "conversation_id",
        "user_message_id",
        "message_id",
        "model",
    }


def test_a_turn_without_a_conversation_makes_one(user: Client) -> None:
    answer = user.ask("What is **PostgreSQL**? I forgot.")
    made = user.ok("GET", f"conversations/{answer.conversation_id}")
    assert (made["title"], made["model"]) == ("What is PostgreSQL?", "fake/echo")
    assert made["current_leaf_id"] == answer.message["id"]
    title = next(event for event in answer.events if event.name == "title")
    assert title.data == {"title": made["title"]}


def test_what_was_streamed_is_what_is_saved(user: Client) -> None:
    answer = user.ask("Hello")
    tree = user.tree(answer.conversation_id)
    assert tree["ids"] == [answer.run["user_message_id"], answer.run["message_id"]]
    assert tree["by_id"][answer.message["id"]] == answer.message
    question = tree["by_id"][answer.run["user_message_id"]]
    assert (question["role"], question["content"]) == ("user", "Hello")
    assert answer.message["parent_id"] == question["id"]


def test_the_run_is_recorded(user: Client) -> None:
    answer = user.ask("Hello")
    run = user.run(answer.run["run_id"])
    assert (run["status"], run["model"]) == ("complete", "fake/echo")
    assert run["ended_at"] >= run["created_at"]
    assert user.ok("GET", "runs")["items"] == [run]
    assert user.ok("GET", "runs", params={"active": True})["items"] == []


def test_usage_and_times_are_recorded(user: Client, fake: FakeControl) -> None:
    fake.queue(reply="one two three", first_token_delay=0.2)
    usage = user.ask("Count to three").message["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (3, 3)
    assert 200 <= usage["ttft_ms"] <= usage["duration_ms"]


def test_reasoning_is_kept_apart_from_the_answer(user: Client, fake: FakeControl) -> None:
    fake.queue(reasoning="Let me think.", reply="Yes.")
    answer = user.ask("Is it?")
    assert answer.names == ["run", "title", "reasoning", "delta", "done"]
    assert (answer.reasoning, answer.text) == ("Let me think.", "Yes.")
    assert (answer.message["reasoning"], answer.message["content"]) == ("Let me think.", "Yes.")


def test_a_tool_call_is_an_event_and_is_saved(user: Client, fake: FakeControl) -> None:
    fake.queue(reply="", tool_calls=[{"name": "look", "arguments": {"at": "sky"}}])
    answer = user.ask("Look")
    (call,) = [event.data for event in answer.events if event.name == "tool_call"]
    assert (call["name"], call["arguments"]) == ("look", '{"at":"sky"}')
    (kept,) = answer.message["tool_calls"]
    assert {name: kept[name] for name in call} == call
    assert kept["result"] is None


def test_the_model_reads_the_path_and_nothing_beside_it(user: Client, fake: FakeControl) -> None:
    first = user.ask("one", system_prompt="Be kind.")
    user.ask("beside", conversation_id=first.conversation_id, parent_id=None)
    user.ask("two", conversation_id=first.conversation_id, parent_id=first.message["id"])
    assert fake.requests()[-1]["body"]["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "one"},
        {"role": "user", "content": "two"},
    ]


def test_a_turn_goes_on_from_the_leaf_unless_told_otherwise(user: Client) -> None:
    first = user.ask("one")
    second = user.ask("two", conversation_id=first.conversation_id)
    tree = user.tree(first.conversation_id)["by_id"]
    assert tree[second.run["user_message_id"]]["parent_id"] == first.message["id"]


def test_parameters_come_from_the_turn_then_the_conversation(
    user: Client, fake: FakeControl
) -> None:
    params = {"temperature": 0.1, "seed": 5}
    conversation = user.make_conversation(params=params, model="fake/echo")
    answer = user.ask("x", conversation_id=conversation["id"], params={"temperature": 0.9})
    asked = fake.requests()[-1]["body"]
    assert (asked["temperature"], asked["seed"]) == (0.9, 5)
    assert answer.message["params"] == {"temperature": 0.9, "seed": 5}


def test_the_conversations_model_answers_where_none_is_named(
    user: Client, fake: FakeControl
) -> None:
    conversation = user.make_conversation(model="fake/script")
    answer = user.ask("x", conversation_id=conversation["id"], model=None)
    assert answer.run["model"] == "fake/script"


def test_regenerating_adds_a_sibling_that_is_shown(user: Client, fake: FakeControl) -> None:
    first = user.ask("Say something")
    fake.queue(reply="Something else")
    second = user.ask(conversation_id=first.conversation_id, regenerate=first.message["id"])
    assert second.text == "Something else"
    assert second.run["user_message_id"] is None
    assert second.message["parent_id"] == first.message["parent_id"]
    tree = user.tree(first.conversation_id)
    assert tree["leaf"] == second.message["id"]
    assert tree["by_id"][first.message["id"]] == first.message


def test_a_question_can_be_answered_again(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    question = user.add(conversation, "Well?")
    answer = user.ask(conversation_id=conversation, regenerate=question["id"])
    assert (answer.text, answer.message["parent_id"]) == ("Well?", question["id"])


def test_continuing_adds_to_the_same_message(user: Client, fake: FakeControl) -> None:
    fake.queue(reply="Once upon", fault="cut", after=2)
    cut = user.ask("Tell me a story")
    assert cut.last.name == "error"
    fake.queue(reply=" a time.")
    more = user.ask(conversation_id=cut.conversation_id, **{"continue": cut.message["id"]})
    assert more.text == " a time."
    assert more.message["content"] == "Once upon a time."
    assert (more.message["id"], more.message["status"]) == (cut.message["id"], "complete")
    assert more.message["error"] is None
    assert user.tree(cut.conversation_id)["by_id"][cut.message["id"]] == more.message


def test_two_cannot_continue_one_message_at_once(user: Client, fake: FakeControl) -> None:
    first = user.ask("x")
    body = {"conversation_id": first.conversation_id, "continue": first.message["id"]}
    fake.queue(tokens=200, tokens_per_second=50)
    with user.sending(**body) as events:
        run = next(events).data
        assert user.post("chat", json={**body, "model": "fake/echo"}).status_code == 409
        user.ok("POST", f"runs/{run['run_id']}/cancel")


def test_only_an_answer_can_be_continued(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    body = {"conversation_id": conversation, "continue": user.add(conversation, "x")["id"]}
    assert user.post("chat", json=body).status_code == 422


def test_several_models_answer_side_by_side(user: Client) -> None:
    models = ["fake/echo", "fake/lorem", "fake/echo"]
    answer = user.ask("Both of you", models=models)
    runs = [event.data for event in answer.events if event.name == "run"]
    assert [run["model"] for run in runs] == models
    assert len({run["run_id"] for run in runs}) == 3
    by_run = {run["run_id"]: list[Event]() for run in runs}
    for event in answer.events:
        by_run[event.data["run_id"]].append(event)
    for events in by_run.values():
        assert [event.id for event in events] == list(range(1, len(events) + 1))
        assert events[-1].name == "done"
        assert events[-1].data["message"]["content"] == text_of(events)
    parents = {events[-1].data["message"]["parent_id"] for events in by_run.values()}
    assert parents == {runs[0]["user_message_id"]}


def test_without_streaming_the_finished_message_comes(user: Client) -> None:
    body = {"content": "Hello", "model": "fake/echo", "stream": False}
    answer = user.ok("POST", "chat", json=body)
    assert set(answer) == {"conversation_id", "message"}
    assert (answer["message"]["content"], answer["message"]["status"]) == ("Hello", "complete")
    tree = user.tree(answer["conversation_id"])
    assert tree["by_id"][answer["message"]["id"]] == answer["message"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"content": ""},
        {"content": "x", "regenerate": "01890000-0000-7000-8000-000000000000"},
        {"regenerate": "01890000-0000-7000-8000-000000000000"},
        {"content": "x", "model": "fake/echo", "models": ["fake/echo"]},
        {"content": "x", "models": []},
        {"content": "x", "models": ["fake/echo"] * 9},
        {"content": "x", "parent_id": "01890000-0000-7000-8000-000000000000"},
        {"content": "x", "params": {"temperature": 3}},
        {"content": "x", "params": {"colour": "red"}},
        {"content": "x", "tools": ["y"]},
        {"content": "x", "continue_": None},
    ],
    ids=str,
)
def test_a_turn_that_makes_no_sense_is_refused(user: Client, body: dict[str, object]) -> None:
    assert user.post("chat", json=body).status_code == 422
    assert user.ok("GET", "conversations")["items"] == []


def test_an_unknown_model_is_refused_before_anything_is_saved(user: Client) -> None:
    response = user.post("chat", json={"content": "x", "model": "fake/nobody"})
    assert (response.status_code, response.json()["code"]) == (404, "model_not_found")
    assert user.ok("GET", "conversations")["items"] == []


def test_text_of_every_script_survives(user: Client) -> None:
    spoken = 'naïve — 数学 🧮 \u202eabc\u202c \u0001\u2028 "quoted" \\back\\ </script> \r\n\ttab'
    assert user.ask(spoken).message["content"] == spoken


def test_no_answer_follows_an_answer_that_is_still_written(user: Client, fake: FakeControl) -> None:
    fake.queue(tokens=500, tokens_per_second=50)
    with user.sending("Long") as events:
        run = next(events).data
        body = {"content": "x", "conversation_id": run["conversation_id"], "model": "fake/echo"}
        assert user.post("chat", json=body).status_code == 409
        edit = user.patch(f"messages/{run['message_id']}", json={"content": "mine"})
        assert edit.status_code == 409
        fork = user.post(
            f"conversations/{run['conversation_id']}/fork", json={"message_id": run["message_id"]}
        )
        assert fork.status_code == 409
        user.ok("POST", f"runs/{run['run_id']}/cancel")


def test_an_answer_that_cannot_be_stored_as_it_is_holds_up_nobody(
    user: Client, sign_up: SignUp, fake: FakeControl
) -> None:
    fake.queue(reply="Look", tool_calls=[{"name": "a\x00b", "arguments": {"c": "\x00"}}])
    odd = user.ask("Call")
    assert odd.last.name == "done"
    assert odd.message["tool_calls"][0]["name"] == "a\ufffdb"
    assert sign_up().ask("And now?").text == "And now?"
