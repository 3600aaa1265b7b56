{#- The procedures that a study can ask for; which are legal for a signal is in the seed signal_modes. -#}
{%- macro signal_procedures() -%}
  {{ return(['ic', 'fm', 'fm_joint', 'caar', 'common_continuous', 'common_sparse']) }}
{%- endmacro -%}
