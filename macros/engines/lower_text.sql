{#-
  A text in lower case, letters of every script one by one, whatever the locale of the database.

  expression: SQL of type text.
-#}
{%- macro lower_text(expression) -%}
  {{ return(adapter.dispatch('lower_text', 'whence')(expression)) }}
{%- endmacro -%}

{%- macro default__lower_text(expression) -%}
  {{ return('lower(' ~ expression ~ ')') }}
{%- endmacro -%}

{#-
  A database in locale C knows the letters of ASCII alone. The collations named here know all; the two letters that ICU
  lowers by context, or to two characters, are replaced before.
-#}
{%- macro postgres__lower_text(expression) -%}
  {%- set found = [] -%}
  {%- if execute -%}
    {%- set rows = run_query(
      "select collname from pg_catalog.pg_collation where collname in ('pg_c_utf8', 'und-x-icu') and collnamespace = "
      ~ "'pg_catalog'::regnamespace and (collencoding = -1 or pg_encoding_to_char(collencoding) = "
      ~ "current_setting('server_encoding')) order by collname"
    ) -%}
    {%- do found.extend(rows.columns[0].values()) -%}
  {%- endif -%}
  {%- if not found -%}
    {{ return('lower(' ~ expression ~ ')') }}
  {%- endif -%}
  {{ return(
    "(lower(translate(" ~ expression ~ ", 'İΣ', 'iσ') collate " ~ whence.quote_identifier(found[0])
    ~ ') collate "default")'
  ) }}
{%- endmacro -%}
