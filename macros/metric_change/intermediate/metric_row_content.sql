{#-
  What a row holds that an analysis reads, beside its dimensions: the values of metrics, the date, the unit, columns
  whose words are counted. Two rows with the same dimensions and content are the same to the analysis.

  resolved: as resolve_metric_analysis returns it.
  Returns a list of {'name', 'expression' (as the analysis has it), 'sql'}.
-#}
{%- macro metric_row_content(resolved) -%}
  {%- set expressions = [] -%}
  {%- for metric in resolved.metrics if metric.sql is not none -%}
    {%- do expressions.append([metric.sql, metric.data_type]) -%}
  {%- endfor -%}
  {%- if resolved.time is not none -%}
    {%- do expressions.append([resolved.time.raw, 'date']) -%}
  {%- endif -%}
  {%- for name in resolved.unit -%}
    {%- do expressions.append([whence.quote_identifier(name), 'text']) -%}
  {%- endfor -%}
  {%- for word in resolved.words -%}
    {%- do expressions.append([word.sql, word.data_type]) -%}
  {%- endfor -%}
  {%- set content = [] -%}
  {%- for expression, data_type in expressions if expression not in content | map(attribute='expression') -%}
    {#- Some types have no equality: their text stands for them. -#}
    {%- do content.append({
      'name': 'content_' ~ (content | length + 1), 'expression': expression,
      'sql': whence.to_text(expression, data_type) if whence.type_family(data_type) == 'other' else expression,
    }) -%}
  {%- endfor -%}
  {{ return(content) }}
{%- endmacro -%}
