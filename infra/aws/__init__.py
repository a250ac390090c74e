"""The application on AWS: stacks in CDK, and the command that deploys them.

CDK looks for Node as soon as it is imported; this makes it find the locked one, whatever the
machine has.
"""

from infra.aws import node

node.settle()
