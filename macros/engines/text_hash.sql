{#-
  A text as a whole number of up to 48 bits, the same on every engine: the first digits of its MD5.

  expression: SQL of type text.
-#}
{%- macro text_hash(expression) -%}
  {{ return(adapter.dispatch('text_hash', 'whence')('substr(md5(' ~ expression ~ '), 1, 12)')) }}
{%- endmacro -%}

{%- macro default__text_hash(digits) -%}
  {{ return("cast('0x' || " ~ digits ~ " as bigint)") }}
{%- endmacro -%}

{%- macro postgres__text_hash(digits) -%}
  {{ return("cast(cast('x' || " ~ digits ~ " as bit(48)) as bigint)") }}
{%- endmacro -%}

{%- macro spark__text_hash(digits) -%}
  {{ return('cast(conv(' ~ digits ~ ', 16, 10) as bigint)') }}
{%- endmacro -%}
