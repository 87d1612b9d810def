"""The embedded twin: an emulator of the stacks' AWS services, deployed from the synthesized templates."""
