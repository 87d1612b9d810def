"""The emulator: every AWS service of the stacks on one machine, created from the synthesized templates."""
