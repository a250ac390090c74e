"""The CPD desk: what officers see of years and audits and do with them."""
