"""The training state machine in Amazon States Language; plain data, without the CDK."""
