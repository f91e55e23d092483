"""Several models that answer one prompt, and picking one of them; hints for another answer."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import SignUp
from tests.support.client import Answer, Client
from tests.support.fake_control import FakeControl

BOTH = ["fake/echo", "fake/script"]


def answers_of(user: Client, turn: Answer) -> list[dict[str, Any]]:
    """The answers of a turn as they are saved, oldest first."""
    tree = user.tree(turn.conversation_id)
    return [m for m in tree["by_id"].values() if m["role"] == "assistant"]


def test_answers_of_several_models_share_a_choice(user: Client) -> None:
    turn = user.ask("Both of you", models=BOTH)
    told = [event.data["choice_id"] for event in turn.events if event.name == "run"]
    assert [m["choice_id"] for m in answers_of(user, turn)] == told
    assert told[0] == told[1]


def test_one_answer_is_no_choice(user: Client) -> None:
    assert user.ask("Alone").message["choice_id"] is None
    assert user.ask("Alone", models=["fake/echo"]).events[-1].data["message"]["choice_id"] is None


def test_picking_shows_an_answer_and_closes_the_choice(user: Client) -> None:
    turn = user.ask("Both of you", models=BOTH)
    _, second = answers_of(user, turn)
    picked = user.ok("POST", f"messages/{second['id']}/pick")
    assert picked == second | {"choice_id": None}
    assert [m["choice_id"] for m in answers_of(user, turn)] == [None, None]
    assert user.tree(turn.conversation_id)["leaf"] == second["id"]


def test_picking_leaves_other_choices_open(user: Client) -> None:
    turn = user.ask("Both of you", models=BOTH)
    first, _ = answers_of(user, turn)
    user.ask("And again", models=BOTH, conversation_id=turn.conversation_id, parent_id=first["id"])
    user.ok("POST", f"messages/{first['id']}/pick")
    assert [m["choice_id"] is None for m in answers_of(user, turn)] == [True, True, False, False]


def test_an_answer_that_stands_alone_is_picked_by_being_shown(user: Client) -> None:
    first = user.ask("One")
    user.ask(conversation_id=first.conversation_id, regenerate=first.message["id"])
    assert user.ok("POST", f"messages/{first.message['id']}/pick") == first.message
    assert user.tree(first.conversation_id)["leaf"] == first.message["id"]


def test_nobody_picks_for_another(user: Client, sign_up: SignUp) -> None:
    turn = user.ask("Both of you", models=BOTH)
    first, _ = answers_of(user, turn)
    assert sign_up().post(f"messages/{first['id']}/pick").status_code == 404
    assert answers_of(user, turn)[0]["choice_id"] is not None


def test_another_answer_joins_the_choice_it_stands_in(user: Client) -> None:
    turn = user.ask("Both of you", models=BOTH)
    _, second = answers_of(user, turn)
    user.ask(conversation_id=turn.conversation_id, regenerate=second["id"])
    assert len({m["choice_id"] for m in answers_of(user, turn)}) == 1


def test_a_fork_holds_one_answer_and_no_choice(user: Client) -> None:
    folder = user.ok("POST", "folders", json={"name": "Work"})["id"]
    turn = user.ask("Both of you", models=BOTH)
    user.ok("PATCH", f"conversations/{turn.conversation_id}", json={"folder_id": folder})
    _, second = answers_of(user, turn)
    path = f"conversations/{turn.conversation_id}/fork"
    fork = user.ok("POST", path, json={"message_id": second["id"]})
    (copied,) = [m for m in user.tree(fork["id"])["by_id"].values() if m["role"] == "assistant"]
    assert (copied["content"], copied["choice_id"]) == (second["content"], None)
    assert fork["folder_id"] == folder


def test_a_hint_reaches_the_model_after_the_answer_it_is_about(
    user: Client, fake: FakeControl
) -> None:
    first = user.ask("Explain tides")
    fake.queue(reply="Briefly.")
    place = {"conversation_id": first.conversation_id, "regenerate": first.message["id"]}
    second = user.ask(**place, hint=" Shorter ")
    asked = fake.requests()[-1]["body"]["messages"]
    assert [m["role"] for m in asked] == ["user", "assistant", "user"]
    assert asked[:2] == [
        {"role": "user", "content": "Explain tides"},
        {"role": "assistant", "content": first.message["content"]},
    ]
    assert asked[2]["content"].endswith("What I want of it: Shorter")
    assert second.message["parent_id"] == first.message["parent_id"]


def test_a_hint_is_not_saved(user: Client, fake: FakeControl) -> None:
    first = user.ask("Explain tides")
    place = {"conversation_id": first.conversation_id, "regenerate": first.message["id"]}
    fake.queue(reply="Gelgit.")
    second = user.ask(**place, hint="In Turkish")
    messages = user.tree(first.conversation_id)["by_id"]
    question = messages[str(second.message["parent_id"])]
    assert question["content"] == "Explain tides"
    assert len(messages) == 3
    user.ask("And then?", conversation_id=first.conversation_id)
    assert "What I want of it" not in str(fake.requests()[-1])


def test_a_hint_without_an_earlier_answer_ends_the_prompt(user: Client, fake: FakeControl) -> None:
    conversation = user.make_conversation()["id"]
    question = user.add(conversation, "Well?")
    user.ask(conversation_id=conversation, regenerate=question["id"], hint="Shorter")
    (asked,) = fake.requests()[-1]["body"]["messages"]
    assert asked["content"].startswith("Well?\n\n")
    assert asked["content"].endswith("Shorter")


def test_a_hint_is_for_another_answer_alone(user: Client) -> None:
    first = user.ask("Explain tides")
    place = {"conversation_id": first.conversation_id, "model": "fake/echo"}
    again = {**place, "regenerate": first.message["id"]}
    for body in (
        {"content": "x", "model": "fake/echo", "hint": "Shorter"},
        {**place, "continue": first.message["id"], "hint": "Shorter"},
        {**again, "hint": " "},
        {**again, "hint": "x" * 2_001},
    ):
        assert user.post("chat", json=body).status_code == 422
    assert len(user.tree(first.conversation_id)["ids"]) == 2


def test_the_time_of_thinking_is_recorded(user: Client, fake: FakeControl) -> None:
    fake.queue(reasoning="one two three four five", reply="Yes.", tokens_per_second=20)
    usage = user.ask("Is it?").message["usage"]
    assert 150 <= usage["reasoning_ms"] <= usage["duration_ms"]
    assert user.ask("Is it?").message["usage"]["reasoning_ms"] is None


def test_an_answer_that_is_continued_keeps_the_time_of_its_thinking(
    user: Client, fake: FakeControl
) -> None:
    fake.queue(
        reasoning="one two three", reply="Once upon", tokens_per_second=20, fault="cut", after=2
    )
    cut = user.ask("Tell me a story")
    thought = cut.message["usage"]["reasoning_ms"]
    assert thought > 0
    more = user.ask(conversation_id=cut.conversation_id, **{"continue": cut.message["id"]})
    assert more.message["usage"]["reasoning_ms"] == thought
