"""The list of models, and the model that is used where none is named."""

from __future__ import annotations

import pytest

from tests.support.client import Client


def by_id(client: Client) -> dict:
    return {model["id"]: model for model in client.ok("GET", "models")["items"]}


def test_the_fake_model_is_listed_whole(user):
    assert by_id(user)["fake/echo"] == {
        "id": "fake/echo",
        "name": "echo",
        "provider": "fake",
        "capabilities": {
            "vision": False,
            "tools": False,
            "tools_known": False,
            "reasoning": False,
            "demo": False,
        },
        "context_window": None,
        "defaults": {},
    }


def test_the_built_in_model_is_marked_as_a_demo(user):
    model = by_id(user)["builtin/smollm2-135m"]
    assert model["capabilities"]["demo"] is True
    assert model["defaults"] == {"temperature": 0.0, "frequency_penalty": 0.5}


@pytest.mark.parametrize("model", ["fake/nosuch", "nosuch/echo", "echo", "fake/", "/", "builtin/x"])
def test_a_model_that_is_not_there_is_a_404(user, model):
    response = user.post("chat", json={"content": "hi", "model": model})
    assert (response.status_code, response.json()["code"]) == (404, "model_not_found")
    assert f"“{model}”" in response.json()["detail"]


@pytest.mark.parametrize("name", ["http://127.0.0.1:9/x", "//127.0.0.1:9", "../../x", "x?y", "x y"])
def test_no_address_passes_for_a_models_name(admin, user, name):
    body = {"name": "open-ended", "kind": "oobabooga"}
    provider = admin.ok("POST", "providers", json=body)
    try:
        response = user.post("chat", json={"content": "hi", "model": f"open-ended/{name}"})
        assert (response.status_code, response.json()["code"]) == (404, "model_not_found")
    finally:
        admin.ok("DELETE", f"providers/{provider['id']}")


def test_the_admins_choice_is_the_default(admin, user):
    admin.ok("PATCH", "admin/settings", json={"default_model": "fake/lorem"})
    try:
        assert user.ok("GET", "models")["default_model"] == "fake/lorem"
    finally:
        admin.ok("PATCH", "admin/settings", json={"default_model": None})


def test_a_choice_that_has_gone_is_no_default(admin, user):
    admin.ok("PATCH", "admin/settings", json={"default_model": "gone/model"})
    try:
        assert user.ok("GET", "models")["default_model"] in by_id(user)
    finally:
        admin.ok("PATCH", "admin/settings", json={"default_model": None})


def test_models_are_for_who_is_signed_in(anonymous, login_as):
    assert anonymous.get("models").status_code == 401
    assert login_as("pending").get("models").status_code == 403
