{#-
  Prints what a signal study resolves to.

  resolved: as resolve_signal_study returns it.
-#}
{%- macro print_signal_study(resolved) -%}
  {%- set signals = [] -%}
  {%- for signal in resolved.signals -%}
    {%- set declared = [signal.scope, signal.kind] | select() | join(' ') -%}
    {%- do signals.append(signal.name ~ (' (' ~ declared ~ ')' if declared else '')) -%}
  {%- endfor -%}
  {%- set lines = [
    resolved.name ~ ': signal study',
    '  panel: ' ~ resolved.label ~ ' (date: ' ~ resolved.names.date ~ ', asset: ' ~ resolved.names.asset ~ ', '
    ~ resolved.return_kind ~ ': ' ~ resolved.names.value ~ ')',
    '  signals: ' ~ signals | join(', '),
    '  horizons: ' ~ resolved.horizons | join(', ') ~ ', entry_lag: ' ~ resolved.entry_lag ~ ', procedures: '
    ~ (resolved.procedures | join(', ') if resolved.procedures else 'the usual ones of each signal') ~ ', gate: '
    ~ (resolved.gate or 'the primary p') ~ ', family: ' ~ resolved.family ~ ', threshold: ' ~ resolved.threshold,
  ] -%}
  {%- do print(lines | join('\n')) -%}
{%- endmacro -%}
