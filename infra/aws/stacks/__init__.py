"""The CloudFormation stacks: mail, data, edge, and the application that depends on them."""
