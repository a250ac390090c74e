"""Where the parts run: on one machine (`infra.local`) and, later, on AWS (`infra.aws`)."""
