"""AWS CloudFormation: descriptions of the deployed stacks."""
