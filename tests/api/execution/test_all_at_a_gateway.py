"""What is true of kernels here is true of kernels at a gateway: the same tests, there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.api.execution.test_channels import (  # noqa: F401
    test_a_client_of_jupyters_protocol_runs_code,
    test_a_line_ends_with_its_kernel_and_finds_it_again,
    test_a_line_that_code_asks_for_is_asked_of_whoever_ran_it,
    test_binary_values_of_widgets_go_both_ways,
    test_it_shares_its_variables_with_the_page_and_hears_what_that_runs,
    test_what_cannot_wait_is_answered_while_code_runs,
    test_who_follows_widgets_alone_hears_nothing_else,
)
from tests.api.execution.test_executions import (  # noqa: F401
    test_a_block_has_what_it_showed_last,
    test_a_fork_takes_the_outputs_along,
    test_a_hundred_megabytes_are_cut_with_a_clear_line,
    test_a_kernel_that_is_killed_is_missed_at_once,
    test_a_notebook_takes_the_outputs_out_and_in_again,
    test_a_restart_forgets_everything_and_ends_what_runs,
    test_a_temporary_chat_runs_code_and_leaves_nothing,
    test_a_temporary_chat_that_is_kept_keeps_its_outputs,
    test_an_error_has_its_traceback,
    test_an_idle_kernel_that_dies_is_missed_as_well,
    test_characters_that_the_database_refuses_do_no_harm,
    test_code_may_ask_for_input,
    test_code_that_is_no_block_runs_as_well,
    test_it_goes_on_when_nobody_listens_and_can_be_rejoined,
    test_nobody_reaches_anothers_code,
    test_state_carries_over_from_block_to_block,
    test_updates_and_clearing_are_followed,
    test_what_cannot_run_is_refused,
    test_what_it_shows_belongs_to_the_message,
    test_what_runs_at_once_takes_turns,
    test_what_runs_for_ever_can_be_interrupted,
)
from tests.api.execution.test_kernels import (  # noqa: F401
    test_a_conversation_has_one_kernel,
    test_an_unknown_kernel_is_refused_and_nothing_changes,
    test_it_is_ended_on_demand,
    test_no_kernel_is_found_for_what_does_not_exist,
    test_one_account_has_no_more_than_its_share,
    test_the_installed_kernels_are_listed,
    test_the_one_left_alone_longest_makes_room_for_another,
    test_what_waits_for_its_turn_ends_with_the_kernel,
)
from tests.api.execution.test_live_widgets import (  # noqa: F401
    test_a_fork_has_the_widgets_as_they_were,
    test_a_kernel_that_starts_anew_has_not_the_widgets_of_the_one_before,
    test_a_widget_is_told_as_it_is_now_whoever_has_changed_it,
    test_an_execution_tells_the_widgets_that_it_shows,
    test_code_that_a_moved_slider_calls_shows_in_the_output_of_interact,
    test_what_is_printed_into_an_output_widget_is_its_own,
    test_widgets_are_told_while_their_code_still_runs,
    test_widgets_go_into_a_notebook_and_come_back_with_it,
    test_widgets_outlive_a_kernel_that_is_killed,
    test_widgets_stay_as_they_were_once_their_kernel_is_gone,
)
from tests.api.execution.test_workspace_files import (  # noqa: F401
    files_of,
    listed,
    put,
    test_a_file_that_is_put_there_is_read_and_changed_by_code,
    test_a_name_that_is_none_is_refused,
    test_a_newer_attachment_of_the_same_name_takes_the_place_of_the_older,
    test_a_temporary_chat_has_files_too,
    test_an_attached_file_is_where_code_looks_for_it,
    test_an_attached_file_that_code_has_changed_or_somebody_deleted_stays_so,
    test_an_attached_file_with_something_in_its_way_keeps_no_other_out,
    test_an_attached_parquet_file_is_read_by_code_and_its_name_by_the_model,
    test_files_stay_when_the_kernel_goes_and_go_with_the_conversation,
    test_nobody_sees_anothers_files,
    test_what_code_writes_is_listed_sent_and_deleted,
    test_what_does_not_fit_in_is_refused,
)
from tests.api.tools.conftest import agent  # noqa: F401
from tests.api.tools.test_approvals import (  # noqa: F401
    asking,
    test_code_runs_once_it_is_allowed,
    test_code_that_is_declined_does_not_run_and_the_model_is_told,
)
from tests.api.tools.test_run_code import (  # noqa: F401
    test_code_runs_and_the_model_goes_on_with_what_it_showed,
    test_code_runs_in_the_kernel_that_the_user_runs_code_in,
    test_errors_are_fed_back_so_that_the_model_can_mend_its_code,
    test_several_models_run_their_code_in_the_one_kernel,
    test_stop_stops_the_code_and_the_model,
)
from tests.support.client import PASSWORD, Client
from tests.support.code import Coder
from tests.support.dost_server import DostServer, wait_until
from tests.support.gateway import running_gateway
from tests.support.postgres import fresh_database

# One worker starts what they share, once.
pytestmark = pytest.mark.xdist_group("all at a gateway")


@pytest.fixture(scope="module")
def server(
    database_server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DostServer]:
    """A server whose kernels are at a gateway, in the place of the worker's own."""
    with (
        fresh_database(database_server, template) as database,
        running_gateway(tmp_path_factory.mktemp("home") / "gateway") as gateway,
    ):
        directory = tmp_path_factory.mktemp("dost")
        served = DostServer(directory, *gateway.options, database_url=database)
        try:
            yield served.start()
        finally:
            served.stop()


@pytest.fixture(scope="module")
def admin(server: DostServer) -> Iterator[Client]:
    """Who administers it: elsewhere there is no sandbox that dost knows of."""
    with Client(server.api) as anonymous:
        body = {"username": "root", "password": PASSWORD}
        token = anonymous.ok("POST", "auth/register", json=body)["access_token"]
    with Client(server.api, token) as client:
        client.username = "root"
        yield client


def test_not_one_of_hundreds_of_outputs_is_lost(coder: Coder) -> None:
    """Hundreds: of more than a thousand that a busy gateway has not read, it drops some itself."""
    shown = coder.runs("for n in range(900): display(n)")
    assert [o["data"]["text/plain"] for o in shown.outputs] == [str(n) for n in range(900)]


@pytest.mark.parametrize("path", ["../../secret.key", "%2e%2e/secret.key", "%2Fetc/passwd", "a/.b"])
def test_no_path_leads_out_of_a_chats_files(coder: Coder, path: str) -> None:
    """Links are the gateway's matter: it follows them."""
    put(coder, "kept", b"x")
    coder.runs("import os\nos.symlink('../..', 'up')\nos.mkdir('a')\nopen('a/.b', 'w')")
    for way in (path, f"up/{path}"):
        assert coder.client.get(f"{files_of(coder)}/{way}").status_code == 404
        assert coder.client.delete(f"{files_of(coder)}/{way}").status_code == 404
    assert set(listed(coder)) >= {"a", "kept", "up"}


def test_names_and_contents_of_every_kind_go_there_and_back(coder: Coder) -> None:
    """Larger than what is asked for at once, and what the gateway would read as a notebook."""
    large = bytes(range(256)) * (9 * 2**12)
    for name, content in {"ş #?%41&.bin": large, "no.ipynb": b"no notebook", "empty": b""}.items():
        assert put(coder, name, content)["path"] == name
        assert listed(coder)[name]["size"] == len(content)
        assert coder.client.get(f"{files_of(coder)}/{quote(name)}").content == content


def test_a_kernel_that_starts_anew_works_where_it_did(coder: Coder) -> None:
    coder.runs("import os\nos.chdir('..')")
    coder.client.ok("POST", f"{coder.kernel}/restart")
    coder.runs("open('again', 'w').close()")
    assert list(listed(coder)) == ["again"]


def test_the_directory_goes_with_its_chat(coder: Coder) -> None:
    place = Path(coder.runs("import os\nopen('kept', 'w').close()\nprint(os.getcwd())").text[:-1])
    assert (place.name, place.parent.name) == (coder.conversation_id, "dost")
    coder.client.ok("DELETE", f"conversations/{coder.conversation_id}")
    wait_until(lambda: not place.exists())
