"""The career centre isn't whole yet: it is not deployed to AWS, nor in the bundle."""

FUNCTIONS = frozenset(
    {"jobs", "jobs_desk", "company_files", "stripe_events", "digest", "job_clock", "careers"}
)
# What nothing else needs of the locked packages.
PACKAGES = frozenset(
    {
        *("certifi", "charset-normalizer", "idna", "markdown-it-py", "mdurl", "nh3", "requests"),
        "stripe",
    }
)
