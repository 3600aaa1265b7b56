{{ config(pre_hook="{{ whence.load_files(whence.proxy_files()) }}") }}

{{ whence.file_rows(whence.proxy_files()) }}
