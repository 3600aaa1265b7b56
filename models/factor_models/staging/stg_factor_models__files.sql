{{ config(pre_hook="{{ whence.load_files(whence.factor_model_files()) }}") }}

{{ whence.file_rows(whence.factor_model_files()) }}
