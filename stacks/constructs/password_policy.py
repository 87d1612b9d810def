"""The passwords of the stage's user pools."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito


def password_policy(*, min_length: int, temporary_for: Duration | None = None) -> cognito.PasswordPolicy:
    """Return a policy that asks for characters of every kind; temporary ones last a week by default."""
    return cognito.PasswordPolicy(
        min_length=min_length,
        require_digits=True,
        require_lowercase=True,
        require_symbols=True,
        require_uppercase=True,
        temp_password_validity=temporary_for,
    )
