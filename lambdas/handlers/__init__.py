"""Entry points: each decodes its event, calls one function of the logic, and encodes the result."""
