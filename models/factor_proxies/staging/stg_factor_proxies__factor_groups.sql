{{ whence.proxy_input_rows(whence.resolved_proxies(), whence.proxy_sources(['factor_groups']), 'factor_groups') }}
