{{ config(pre_hook="{{ whence.load_files(whence.signal_files()) }}") }}

{{ whence.file_rows(whence.signal_files()) }}
