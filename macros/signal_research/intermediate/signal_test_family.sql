{#-
  The family that a p-value of a signal is adjusted in.

  relation: name of a relation with study, procedure, mode, horizon.
  code: SQL, the code of the statistic.
-#}
{%- macro signal_test_family(relation, code) -%}
  {{ return(whence.segment_label([
    "'signal_profiles'", relation ~ '.study', relation ~ '.procedure', relation ~ '.mode',
    'cast(' ~ relation ~ '.horizon as ' ~ whence.type_text() ~ ')', code,
  ])) }}
{%- endmacro -%}
