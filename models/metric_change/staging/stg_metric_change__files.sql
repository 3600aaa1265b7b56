{{ config(pre_hook="{{ whence.load_files(whence.metric_files()) }}") }}

{{ whence.file_rows(whence.metric_files()) }}
