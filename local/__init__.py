"""The embedded twin: every AWS service of the stacks behind one port of this machine."""
