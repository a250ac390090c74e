"""The same parts on AWS: the CDK app, its settings per stage, and the command that deploys it."""
