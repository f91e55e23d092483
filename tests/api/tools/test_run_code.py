"""Models that run code: in the conversation's kernel, with results that they read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import SignUp
from tests.api.tools.conftest import Agent, call, data_of
from tests.support.client import Answer, Client
from tests.support.fake_control import FakeControl
from tests.support.sse import Event

ANSWER: tuple[dict[str, Any], dict[str, Any]] = (
    {"reply": "Let me see.", "tool_calls": call("print(6 * 7)")},
    {"reply": "It is 42."},
)


def read_in(agent: Agent, number: int) -> list[dict[str, Any]]:
    """The messages that the model was sent in one of its requests."""
    return list(agent.fake.requests()[number]["body"]["messages"])


def test_code_runs_and_the_model_goes_on_with_what_it_showed(agent: Agent) -> None:
    agent.scripts(*ANSWER)
    answer = agent.asks()
    assert [n for n in answer.names if n not in ("title", "status")] == [
        *("run", "delta", "tool_call", "execution", "tool_result", "delta", "done")
    ]
    (result,) = data_of(answer, "tool_result")
    assert (result["content"], result["is_error"]) == ("42", False)
    assert answer.message["content"] == answer.text == "Let me see.\n\nIt is 42."


def test_the_call_its_result_and_what_it_showed_are_kept(agent: Agent) -> None:
    agent.scripts(*ANSWER)
    answer = agent.asks()
    tree = agent.client.tree(agent.conversation_id)
    kept = tree["by_id"][answer.message["id"]]
    assert kept == answer.message
    (made,) = kept["tool_calls"]
    assert (made["at"], made["approval"]) == (len("Let me see."), None)
    assert made["result"] == {"content": "42", "is_error": False}
    (execution,) = kept["executions"]
    assert (execution["tool_call_id"], execution["block"]) == (made["id"], None)
    assert execution["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "42\n"}]
    assert tree["leaf"] == kept["id"]


def test_the_model_is_told_of_the_tool_and_reads_its_result(agent: Agent) -> None:
    agent.scripts(*ANSWER)
    agent.asks()
    first, second = (one["body"] for one in agent.fake.requests())
    (spec,) = first["tools"]
    assert spec["function"]["name"] == "run_code"
    assert "Python" in spec["function"]["description"]
    assert spec["function"]["parameters"]["required"] == ["code"]
    said, result = second["messages"][-2:]
    assert (said["role"], said["content"]) == ("assistant", "Let me see.")
    assert result == {
        "role": "tool",
        "tool_call_id": said["tool_calls"][0]["id"],
        "content": "42",
    }


def test_without_tools_a_model_is_told_of_none(agent: Agent) -> None:
    agent.client.ask("Hello", conversation_id=agent.conversation_id)
    assert "tools" not in agent.fake.requests()[0]["body"]


def test_code_runs_in_the_kernel_that_the_user_runs_code_in(agent: Agent) -> None:
    agent.coder.runs("x = 41")
    agent.scripts({"reply": "", "tool_calls": call("x += 1; x")}, {"reply": "Done."})
    (result,) = data_of(agent.asks(parent_id=None), "tool_result")
    assert result["content"] == "42"
    assert agent.coder.runs("print(x)").text == "42\n"


def test_errors_are_fed_back_so_that_the_model_can_mend_its_code(agent: Agent) -> None:
    agent.scripts(
        {"reply": "", "tool_calls": call("1 / 0")},
        {"reply": "Oh.", "tool_calls": call("1 / 1")},
        {"reply": "It is one."},
    )
    answer = agent.asks()
    first, second = data_of(answer, "tool_result")
    assert first["is_error"]
    assert "ZeroDivisionError" in first["content"]
    assert "\x1b" not in first["content"]
    assert (second["is_error"], second["content"]) == (False, "1.0")
    assert answer.message["content"] == "Oh.\n\nIt is one."
    assert [one["status"] for one in answer.message["executions"]] == ["error", "ok"]


def test_calls_have_ids_of_their_own_whatever_the_model_calls_them(agent: Agent) -> None:
    again = {"reply": "", "tool_calls": call("1") + call("2")}
    agent.scripts(again, again, {"reply": "Done."})
    answer = agent.asks()
    ids = {one["id"] for one in answer.message["tool_calls"]}
    assert {one["tool_call_id"] for one in answer.message["executions"]} == ids
    agent.scripts(again, {"reply": "Done."})
    later = agent.asks("More")
    ids |= {one["id"] for one in later.message["tool_calls"]}
    assert len(ids) == 6


def test_pictures_are_the_users_and_the_model_is_told_of_them(agent: Agent) -> None:
    show = "from IPython.display import SVG, display\ndisplay(SVG('<svg/>'))"
    agent.scripts({"reply": "", "tool_calls": call(show)}, {"reply": "See."})
    answer = agent.asks()
    (output,) = answer.message["executions"][0]["outputs"]
    assert output["data"]["image/svg+xml"] == "<svg/>"
    assert "image/svg+xml, which the user sees" in data_of(answer, "tool_result")[0]["content"]


def test_a_long_output_is_shortened_for_the_model_alone(agent: Agent) -> None:
    agent.scripts({"reply": "", "tool_calls": call("print('x' * 50_000)")}, {"reply": "Long."})
    answer = agent.asks()
    (result,) = data_of(answer, "tool_result")
    assert len(result["content"]) < 17_000
    assert "left out" in result["content"]
    assert len(answer.message["executions"][0]["outputs"][0]["text"]) == 50_001


def test_the_model_reads_an_error_that_comes_after_much_text(agent: Agent) -> None:
    code = call("print('x' * 2_000_000)\n1 / 0")
    agent.scripts({"reply": "", "tool_calls": code}, {"reply": "I see."})
    (result,) = data_of(agent.asks(), "tool_result")
    assert result["is_error"]
    assert result["content"].endswith("ZeroDivisionError: division by zero")


def test_an_output_too_large_for_an_event_comes_with_the_message(agent: Agent) -> None:
    code = "from IPython.display import HTML\nHTML('y' * 2_000_000)"
    agent.scripts({"reply": "", "tool_calls": call(code)}, {"reply": "Large."})
    answer = agent.asks()
    begun, ended = data_of(answer, "execution")
    assert (begun["status"], begun["outputs"]) == ("running", [])
    assert ended["status"] == "ok"
    assert "outputs" not in ended
    html = answer.message["executions"][0]["outputs"][0]["data"]["text/html"]
    assert len(html) == 2_000_000


def test_a_model_that_goes_round_in_circles_is_stopped(agent: Agent) -> None:
    agent.fake.queue(reply="Again.", tool_calls=call("1"), times=40)
    answer = agent.asks()
    assert answer.message["status"] == "complete"
    assert answer.message["usage"]["finish_reason"] == "rounds"
    assert len(answer.message["executions"]) == 25
    last = answer.message["tool_calls"][-1]
    assert last["result"]["is_error"]
    assert "25 rounds" in last["result"]["content"]


def test_a_model_that_was_stopped_so_can_go_on(agent: Agent) -> None:
    agent.fake.queue(reply="Again.", tool_calls=call("1"), times=26)
    stopped = agent.asks()
    agent.scripts({"reply": "The end."})
    answer = agent.asks(**{"continue": stopped.message["id"]})
    assert answer.message["content"].endswith("Again.\n\nThe end.")
    assert read_in(agent, -1)[-1]["role"] == "tool"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"name": "look", "arguments": {}}, "There is no tool 'look'. There is: run_code."),
        ({"name": "run_code", "arguments": {}}, "code: Field required"),
        ({"name": "run_code", "arguments": {"code": 5}}, "code: Input should be a valid string"),
        ({"name": "run_code", "arguments": {"code": "1", "x": 1}}, "x: Extra inputs"),
        ({"name": "run_code", "arguments": {"code": " "}}, "There is no code to run."),
    ],
)
def test_what_cannot_be_called_is_told_to_the_model(
    agent: Agent, made: dict[str, Any], said: str
) -> None:
    agent.scripts({"reply": "", "tool_calls": [made]}, {"reply": "Sorry."})
    answer = agent.asks()
    (result,) = data_of(answer, "tool_result")
    assert result["is_error"]
    assert said in result["content"]
    assert answer.message["content"] == "Sorry."
    assert answer.message["executions"] is None


def test_a_tool_of_a_strange_name_does_not_spoil_the_conversation(agent: Agent) -> None:
    strange = [{"name": "look up! ☃", "arguments": {}}]
    agent.scripts({"reply": "", "tool_calls": strange}, {"reply": "Sorry."})
    agent.asks()
    said = read_in(agent, -1)[-2]["tool_calls"][0]
    assert said["function"]["name"] == "look_up___"


def test_a_request_with_an_unknown_tool_is_refused_and_nothing_is_saved(agent: Agent) -> None:
    body = {"content": "Go", "model": "fake/echo", "tools": ["fly"]}
    refused = agent.client.post("chat", json={**body, "conversation_id": agent.conversation_id})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_tool")
    assert agent.client.tree(agent.conversation_id)["ids"] == []


def test_the_next_turn_reads_what_was_run(agent: Agent) -> None:
    agent.scripts(*ANSWER, {"reply": "Yes."})
    agent.asks()
    agent.asks("Sure?")
    roles = [message["role"] for message in read_in(agent, -1)]
    assert roles == ["user", "assistant", "tool", "assistant", "user"]


def test_a_model_without_tools_reads_in_words_what_was_run(agent: Agent) -> None:
    agent.scripts(*ANSWER, {"reply": "Yes."})
    agent.asks()
    agent.client.ask("Sure?", conversation_id=agent.conversation_id)
    asked, said, _ = read_in(agent, -1)
    assert (asked["role"], said["role"]) == ("user", "assistant")
    for piece in ("Let me see.", "print(6 * 7)", "42", "It is 42."):
        assert piece in said["content"]
    assert "tool_calls" not in said


def test_every_round_is_counted(agent: Agent) -> None:
    agent.scripts(*ANSWER)
    answer = agent.asks()
    rounds = [{"content": "Go"}, *read_in(agent, 1)]
    words = sum(len((one.get("content") or "").split()) for one in rounds)
    assert answer.message["usage"]["prompt_tokens"] == words
    assert answer.message["usage"]["completion_tokens"] == 6


def test_a_run_is_rejoined_with_its_calls(agent: Agent) -> None:
    agent.scripts(*ANSWER)
    answer = agent.asks()
    assert agent.client.rejoin(answer.run["run_id"]).events == answer.events


def test_another_answer_runs_its_own_code(agent: Agent) -> None:
    agent.scripts(*ANSWER, *ANSWER)
    first = agent.asks()
    again = agent.asks(regenerate=first.message["id"])
    assert again.message["content"] == first.message["content"]
    assert again.message["executions"][0]["execution_count"] == 2


def test_a_copy_of_a_conversation_has_the_calls_and_what_they_showed(agent: Agent) -> None:
    agent.scripts(*ANSWER)
    answer = agent.asks()
    path = f"conversations/{agent.conversation_id}/fork"
    copy = agent.client.ok("POST", path, json={"message_id": answer.message["id"]})
    tree = agent.client.tree(copy["id"])
    kept = tree["by_id"][tree["leaf"]]
    assert kept["tool_calls"] == answer.message["tool_calls"]
    assert kept["executions"][0]["tool_call_id"] == kept["tool_calls"][0]["id"]
    agent.client.delete(f"conversations/{copy['id']}")


def test_a_temporary_chat_runs_code_as_well(agent: Agent) -> None:
    agent.scripts(*ANSWER)
    body = {"tools": ["run_code"], "temporary": True}
    answer = agent.client.ask("Go", **body)
    tree = agent.client.tree(answer.conversation_id)
    kept = tree["by_id"][answer.message["id"]]
    assert kept == answer.message
    assert kept["executions"][0]["outputs"][0]["text"] == "42\n"
    saved = agent.client.ok("POST", f"conversations/{answer.conversation_id}/keep")
    kept = agent.client.tree(saved["id"])["by_id"][answer.message["id"]]
    assert kept["tool_calls"] == answer.message["tool_calls"]
    agent.client.delete(f"conversations/{saved['id']}")


def test_several_models_run_their_code_in_the_one_kernel(agent: Agent) -> None:
    script = (
        '{"reply": "", "tool_calls": [{"name": "run_code", "arguments": '
        '{"code": "globals().setdefault(\'n\', []).append(1); len(n)"}}], "then": [{"reply": "!"}]}'
    )
    body = {"conversation_id": agent.conversation_id, "tools": ["run_code"]}
    both = agent.client.ask(script, models=["fake/script", "fake/script"], **body)
    results = sorted(one["content"] for one in data_of(both, "tool_result"))
    assert results == ["1", "2"]


def test_who_may_run_no_code_is_offered_no_tool(sign_up: SignUp, agent: Agent) -> None:
    somebody = sign_up()
    tool = somebody.ok("GET", "tools")["items"][0]
    may = somebody.ok("GET", "kernelspecs")["may_run"]
    assert (tool["available"], tool["unavailable_because"] is None) == (may, may)
    body = {"content": "Go", "model": "fake/echo", "tools": ["run_code"], "stream": False}
    assert somebody.post("chat", json=body).status_code == (200 if may else 403)


def test_who_may_chat_no_more_allows_no_code(
    sign_up: SignUp, admin: Client, fake: FakeControl
) -> None:
    somebody = sign_up(role="admin")
    who = somebody.ok("GET", "auth/me")["id"]
    fake.queue(reply="", tool_calls=call("print('ran')"))
    with somebody.sending("Go", tools=["run_code"]) as events:
        answer = Answer()
        for one in events:
            answer.events.append(one)
            if one.name == "approval":
                admin.ok("PATCH", f"admin/users/{who}", json={"role": "pending"})
                break
    run = answer.run["run_id"]
    decision = {"tool_call_id": one.data["tool_call_id"], "approve": True}
    assert somebody.post(f"runs/{run}/approve", json=decision).status_code == 403


def test_what_is_on_is_told(agent: Agent) -> None:
    tool = agent.client.ok("GET", "tools")["items"][0]
    assert (tool["name"], tool["kind"], tool["enabled"]) == ("run_code", "builtin", True)
    assert (tool["approval"], tool["available"]) == ("never", True)
    agent.client.ok("PATCH", "settings", json={"tools": {}})
    tool = agent.client.ok("GET", "tools")["items"][0]
    assert (tool["enabled"], tool["approval"]) == (False, "ask")


@pytest.mark.parametrize(
    "tools",
    [{"run_code": {"approval": "sometimes"}}, {"run code": {}}, {"run_code": {"x": 1}}, []],
)
def test_a_choice_that_is_none_is_refused(agent: Agent, tools: Any) -> None:
    assert agent.client.patch("settings", json={"tools": tools}).status_code == 422
    assert agent.client.ok("GET", "settings")["tools"]["run_code"]["approval"] == "never"


def test_stop_stops_the_code_and_the_model(agent: Agent) -> None:
    agent.scripts({"reply": "Wait.", "tool_calls": call("x = 7\nwhile True:\n    pass")})

    def stop(event: Event, answer: Answer) -> None:
        if event.data["status"] == "running":
            agent.client.ok("POST", f"runs/{answer.run['run_id']}/cancel")

    answer = agent.acts("execution", stop)
    assert answer.message["status"] == "cancelled"
    assert answer.message["executions"][0]["status"] == "interrupted"
    assert answer.message["tool_calls"][0]["result"] is None
    assert len(agent.fake.requests()) == 1
    assert agent.client.ok("GET", agent.coder.kernel)["state"] == "idle"


def test_code_that_waits_for_its_turn_is_not_run_once_it_is_stopped(agent: Agent) -> None:
    agent.scripts({"reply": "", "tool_calls": call("ran = True")})

    def stop(event: Event, answer: Answer) -> None:
        if event.data["status"] == "running":
            agent.client.ok("POST", f"runs/{answer.run['run_id']}/cancel")

    with agent.coder.executing("input()") as events:
        for one in events:
            if one.name == "execution":
                opening = one
            if one.name == "input":
                break
        waiting = agent.acts("execution", stop, parent_id=None)
        agent.client.ok("POST", f"executions/{opening.data['id']}/input", json={"text": ""})
        assert waiting.message["status"] == "cancelled"
    assert agent.coder.runs("print('ran' in globals())").text == "False\n"
