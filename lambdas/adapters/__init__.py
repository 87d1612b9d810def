"""The capabilities of `lambdas.logic.ports` on AWS's services."""
