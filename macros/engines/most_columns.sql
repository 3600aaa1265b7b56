{#- The most columns of doubles that a row of a table can hold; none where the engine sets no limit worth a word. -#}
{%- macro most_columns() -%}
  {{ return(adapter.dispatch('most_columns', 'whence')()) }}
{%- endmacro -%}

{%- macro default__most_columns() -%}
  {{ return(none) }}
{%- endmacro -%}

{#- a row has to fit a page of 8,160 bytes beside its texts -#}
{%- macro postgres__most_columns() -%}
  {{ return(900) }}
{%- endmacro -%}
