{#-
  What ends a subquery whose columns are worked out once per row, on engines that would else copy their expressions into
  everything that reads them; unlike materialized, its rows are not kept.
-#}
{%- macro worked_out_once() -%}
  {{ return(adapter.dispatch('worked_out_once', 'whence')()) }}
{%- endmacro -%}

{%- macro default__worked_out_once() -%}
  {{ return('') }}
{%- endmacro -%}

{#- a subquery with an offset is not merged into its query -#}
{%- macro postgres__worked_out_once() -%}
  {{ return('offset 0') }}
{%- endmacro -%}
