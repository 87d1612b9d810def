"""The provisioner: reads the synthesized assembly, and creates in the twin what its templates declare."""
