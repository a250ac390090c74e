"""Stripe's client, reduced to what we use: a checkout, a refund, a signature.

It has a module for each kind of object and loads those that are used; all of it is 17 MB.
"""

from __future__ import annotations

from pathlib import Path

# The modules that tests/infra/test_bundle_stripe.py finds loaded, by subpackage.
KEPT = {
    "": """__init__ _any_iterator _api_mode _api_requestor _api_resource _api_version _app_info
        _base_address _checkout_service _client_options _createable_api_resource _encode _error
        _error_object _event _event_notification_handler _expandable_field _http_client
        _list_object _listable_api_resource _multipart_data_generator _oauth_service
        _object_classes _refund _refund_service _request_metrics _request_options
        _requestor_options _stripe_client _stripe_context _stripe_object _stripe_response
        _stripe_service _telemetry_id _test_helpers _updateable_api_resource _util _v1_services
        _v2_services _version _webhook oauth_error""",
    "checkout": "__init__ _session _session_service",
    "v2": "__init__ _amount _list_object _search_result_object",
    "v2/core": "__init__ _event",
}


def reduce(folder: Path) -> None:
    """Remove from a bundle's folder the modules of Stripe's client that we never load.

    Raises FileNotFoundError when one that we need is missing.
    """
    root = folder / "stripe"
    paths = {root / part / f"{name}.py" for part, names in KEPT.items() for name in names.split()}
    if missing := sorted(file.name for file in paths if not file.is_file()):
        raise FileNotFoundError(f"Stripe's client has no {', '.join(missing)} any more")
    for file in sorted(root.rglob("*"), reverse=True):
        if file.is_dir():
            if not any(file.iterdir()):
                file.rmdir()
        elif file not in paths:
            file.unlink()
