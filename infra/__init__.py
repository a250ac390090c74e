"""Where the parts run: on one machine (`infra.local`) and on AWS (`infra.aws`)."""
