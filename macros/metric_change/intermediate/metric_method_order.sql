{#-
  The order in which sentences take the methods of a metric: what explains something first, then the exact ones.

  closure: alias of rows with the columns of metric_closure.
-#}
{%- macro metric_method_order(closure) -%}
  {{ return(
    'case when ' ~ closure ~ '.explained <> 0 then 0 else 1 end, case ' ~ closure
    ~ ".method when 'shapley' then 1 when 'lmdi' then 2 when 'regression' then 3 else 4 end"
  ) }}
{%- endmacro -%}
