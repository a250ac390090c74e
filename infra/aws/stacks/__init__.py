"""The CloudFormation stacks: mail, data, edge, and the application that stands on them."""
