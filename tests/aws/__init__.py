"""Checks of the CDK app. CDK looks for Node when it is imported; this package settles which."""

import infra.aws as infra_aws

__all__ = ["infra_aws"]
