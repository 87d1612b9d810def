"""The AWS services that the twin serves itself, one package each; moto serves the others."""
