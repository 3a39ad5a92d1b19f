"""What follows from the settings in nginx's configuration; config/nginx.conf includes it."""

from __future__ import annotations

from service.settings import Settings


def write_nginx_conf(settings: Settings) -> str:
    """Give the directives, in the order in which they stand below."""
    parts = (_limit_body(settings), _believe_proxies(settings), _limit_rates(settings))
    return "".join(f"{line}\n" for part in parts for line in part)


def _limit_body(settings: Settings) -> list[str]:
    """Refuse larger bodies.

    ``$refused_length`` is the Content-Length of a refused body; one in chunks has none, and is
    known only to be longer than the limit.
    """
    limit = settings.max_request
    # Not $content_length: for a body in chunks that is what has been read so far.
    return [
        f"client_max_body_size {limit};",
        f'map $http_content_length $refused_length {{ "" {limit + 1}; '
        "default $http_content_length; }",
    ]


def _believe_proxies(settings: Settings) -> list[str]:
    """Take the client's address and scheme from proxies that are trusted, and from no one else.

    Of X-Forwarded-For, the last address that is no trusted proxy's counts: what stands before it
    came from that client. Without trusted proxies the address is that of the connection.
    """
    networks = settings.trusted_proxies
    believed = [f"set_real_ip_from {network};" for network in networks]
    if networks:
        believed += ["real_ip_header X-Forwarded-For;", "real_ip_recursive on;"]
    trusted = "".join(f" {network} 1;" for network in networks)
    return [
        *believed,
        f"geo $realip_remote_addr $from_proxy {{ default 0;{trusted} }}",
        'map "$from_proxy $http_x_forwarded_proto" $client_scheme '
        '{ "1 https" https; default http; }',
    ]


def _limit_rates(settings: Settings) -> list[str]:
    """Limit requests by address and by API key. nginx counts no request whose key is empty."""
    lines = [
        # Either header may carry the key; longer ones are none.
        'map $http_authorization $bearer { "~^[Bb]earer +(?<token>[!-~]{1,128})$" $token; '
        'default ""; }',
        'map $http_x_api_key $api_key { "~^(?<key>[!-~]{1,128})$" $key; default $bearer; }',
    ]
    rates = (("ip", "$binary_remote_addr", settings.rate_per_ip),
             ("key", "$api_key", settings.rate_per_key))  # fmt: skip
    for name, key, rate in rates:
        if rate:
            lines += [
                f"limit_req_zone {key} zone={name}:10m rate={rate}r/s;",
                f"limit_req zone={name} burst={2 * rate} nodelay;",
            ]
    return lines
