{#-
  Resolved signal studies as rows: what SQL needs of their settings, and the whole as JSON.

  studies: list of resolved signal studies.
  Columns: position, study, family, gate, threshold, spec_hash (changes with any setting that
  the series of dates depends on), spec_json.
-#}
{%- macro signal_spec_rows(studies) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- for resolved in studies %}
    {%- set shaping = {} -%}
    {%- for name, value in resolved.items() if name not in [
        'field', 'family', 'gate', 'threshold', 'procedures', 'cost_bps', 'event_window', 'slice_by',
    ] -%}
        {%- do shaping.update({name: value}) -%}
    {%- endfor %}
select
    {{ loop.index }} as position,
    {{ whence.text_literal(resolved.name) }} as study,
    {{ whence.text_literal(resolved.family) }} as family,
    {{ whence.text_literal(resolved.gate) }} as gate,
    cast({{ resolved.threshold }} as {{ double }}) as threshold,
    {{ whence.text_literal(local_md5(tojson(shaping))) }} as spec_hash,
    {{ whence.text_literal(tojson(resolved)) }} as spec_json
{%- if not loop.last %}
union all
{%- endif %}
{%- else %}
{{ whence.empty_select({
    'position': 'integer', 'study': text, 'family': text, 'gate': text, 'threshold': double, 'spec_hash': text, 'spec_json': text,
}) }}
{%- endfor %}
{%- endmacro -%}
