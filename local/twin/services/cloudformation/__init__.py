"""CloudFormation: the stacks that were created, with their outputs and resources."""
