"""The application on AWS: stacks by CDK, and the command that deploys them.

CDK looks for Node as soon as it is imported: it gets the locked one, whatever the machine has.
"""

from infra.aws import node

node.settle()
