{#-
  Studies in parts, for a statement each: a database keeps what a statement ranks until the statement ends, so that one for
  hundreds of signals would need the memory of all of them.

  studies: list of resolved signal studies.
  Returns a list, never empty, of such lists: every signal is in one of them, as many together as make three pairs of signal
  and horizon.
-#}
{%- macro signal_study_parts(studies) -%}
  {%- set parts = [[]] -%}
  {%- set size = namespace(pairs=0) -%}
  {%- for study in studies -%}
    {%- for signal in study.signals -%}
      {%- set n_pairs = study.horizons | length -%}
      {%- if size.pairs > 0 and size.pairs + n_pairs > 3 -%}
        {%- do parts.append([]) -%}
        {%- set size.pairs = 0 -%}
      {%- endif -%}
      {%- set size.pairs = size.pairs + n_pairs -%}
      {%- if not parts[-1] or parts[-1][-1].name != study.name -%}
        {%- set begun = study.copy() -%}
        {%- do begun.update({'signals': []}) -%}
        {%- do parts[-1].append(begun) -%}
      {%- endif -%}
      {%- do parts[-1][-1].signals.append(signal) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(parts) }}
{%- endmacro -%}
