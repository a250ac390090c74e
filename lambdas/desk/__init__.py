"""The routes of the CPD desk, which lambdas.cpd_desk serves."""
