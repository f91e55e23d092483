"""Providers from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from dost_ext.core.errors import NotReady
from dost_ext.models.config_file import find_config_file, read_config_file
from dost_ext.models.provider import Provider

TOML = """
[[providers]]
name = "groq"
kind = "groq"
api_key_env = "MY_KEY"

[[providers]]
name = "lab"
kind = "openai"
base_url = "http://10.0.0.5:8000/v1/"
api_key = "written down"
models = ["llama-3", "qwen/qwen3"]
vision = ["qwen*"]
enabled = false
"""
YAML = """
providers:
  - name: groq
    kind: groq
    api_key_env: MY_KEY
  - name: lab
    kind: openai
    base_url: http://10.0.0.5:8000/v1/
    api_key: written down
    models: [llama-3, qwen/qwen3]
    vision: ["qwen*"]
    enabled: false
"""
DECLARED = [
    Provider("file-groq", "groq", "groq", "file", api_key="secret"),
    Provider(
        "file-lab",
        "lab",
        "openai",
        "file",
        "http://10.0.0.5:8000/v1",
        "written down",
        enabled=False,
        models=("llama-3", "qwen/qwen3"),
        vision=("qwen*",),
    ),
]


@pytest.fixture
def write(tmp_path):
    def write(text: str, name: str = "dost.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(("name", "text"), [("dost.toml", TOML), ("dost.yaml", YAML)])
def test_toml_and_yaml_say_the_same(write, name, text):
    assert read_config_file(write(text, name), {"MY_KEY": "secret"}) == DECLARED


def test_an_empty_file_declares_nothing(write):
    assert read_config_file(write("")) == read_config_file(write("", "dost.yml")) == []


def test_a_key_whose_variable_is_not_set_is_absent(write, caplog):
    assert read_config_file(write(TOML), {})[0].api_key is None
    assert "the variable MY_KEY is not set" in caplog.text


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("x = ]", "dost.toml", "line 1"),
        ("a: [", "dost.yaml", "line 1"),
        ("- just\n- a list", "dost.yaml", "dictionary"),
        ("[[provider]]\nname='x'", "dost.toml", "provider: Extra inputs"),
        ("[[providers]]\nname='x'", "dost.toml", "providers[0].kind: Field required"),
        ("[[providers]]\nname='x/y'\nkind='openai'", "dost.toml", "providers[0].name"),
        (
            "[[providers]]\nname='x'\nkind='openai'\napi_key='a'\napi_key_env='B'",
            "dost.toml",
            "not both",
        ),
        ("[[providers]]\nname='x'\nkind='groq'\n" * 2, "dost.toml", "“x” is declared twice"),
    ],
)
def test_a_wrong_file_says_what_is_wrong_where(write, text, name, says):
    with pytest.raises(NotReady, match="cannot be used") as caught:
        read_config_file(write(text, name))
    assert says in caught.value.detail
    assert name in caught.value.detail


def test_a_wrong_file_keeps_its_keys_to_itself(write):
    text = "[[providers]]\nname='x'\nkind='openai'\napi_key='sk-very-secret'\nmodels=3"
    with pytest.raises(NotReady) as caught:
        read_config_file(write(text))
    assert "sk-very-secret" not in caught.value.detail


def test_the_variable_names_the_file(write, tmp_path):
    path = write("", "elsewhere.toml")
    assert find_config_file(tmp_path, {"DOST_CONFIG_FILE": str(path)}) == path


def test_a_named_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(NotReady, match="there is no such file"):
        find_config_file(tmp_path, {"DOST_CONFIG_FILE": str(tmp_path / "absent.toml")})


def test_the_data_directory_is_looked_into(write, tmp_path):
    assert find_config_file(tmp_path, {}) is None
    path = write("", "dost.yml")
    assert find_config_file(tmp_path, {}) == path
