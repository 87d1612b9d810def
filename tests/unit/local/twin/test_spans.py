"""A span is recorded for each invocation, and for each call of an environment to a service."""

from local.twin.spans import environment_name, environment_of


def test_the_name_of_an_environment_is_read_from_the_user_agent_of_its_requests() -> None:
    name = environment_name("127.0.0.1:40123")

    assert environment_of(f"Botocore/1.40 md/Botocore#1.40 lang/python#3.11 app/{name} cfg/retry") == name


def test_a_client_that_is_no_function_has_no_environment() -> None:
    assert environment_of("aws-cli/2.0 app/our-tool") is None
